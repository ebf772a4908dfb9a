// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Who takes mail, and from whom to whom it goes. The password is the receiver's token.
package struct MailServer: Sendable, Hashable {
    package enum Security: String, Sendable, Hashable, CaseIterable {
        /// TLS from the first byte (RFC 8314).
        case tls
        /// TLS after a greeting in the clear; without it nothing is sent (RFC 3207).
        case starttls
        /// For a server of this machine.
        case none
    }

    package var host: Text
    package var port: Int
    package var security: Security
    package var from: MailAddress
    package var to: [MailAddress]
    package var username: Text?
    /// A file of PEM with the authorities that are trusted instead of the system's.
    package var authority: Text?

    package init(
        host: Text, port: Int? = nil, security: Security, from: MailAddress, to: [MailAddress], username: Text? = nil,
        authority: Text? = nil
    ) {
        self.host = host
        self.port = port ?? (security == .tls ? 465 : security == .starttls ? 587 : 25)
        self.security = security
        self.from = from
        self.to = to
        self.username = username
        self.authority = authority
    }
}

/// `ops@example.org`: of ASCII, and nothing that would have to be quoted, so that it stands as it is in commands and
/// headers.
package struct MailAddress: Sendable, Hashable {
    package let text: Text
    /// Behind the `@`.
    package let domain: Text

    /// `nil` for anything else.
    package init?(_ text: Text) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")), at > 0, at <= 64,
            bytes[..<at].allSatisfy(Self.isLocal), !bytes[(at + 1)...].isEmpty,
            bytes[(at + 1)...].allSatisfy(Self.isHost), let domain = Text(utf8: bytes[(at + 1)...])
        else { return nil }
        self.text = text
        self.domain = domain
    }

    package static func isHost(_ byte: UInt8) -> Bool {
        isWord(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    /// `atext` of RFC 5322, and dots.
    private static func isLocal(_ byte: UInt8) -> Bool { isHost(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
