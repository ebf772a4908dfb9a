// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// An address of a server that may be asked: `https://`, or `http://` of this machine.
package struct WebAddress: Sendable, Hashable {
    package let text: Text
    /// `https://id.example.org:8443`
    package let origin: Text
    package let isSecure: Bool

    /// `nil` also for an address with a user, a fragment, or a byte that does not belong into one.
    package init?(_ text: Text) {
        let bytes = Array(text.utf8)
        let schemes = [(Array("https://".utf8), true), (Array("http://".utf8), false)]
        guard bytes.count <= 2048, let (scheme, isSecure) = schemes.first(where: { bytes.starts(with: $0.0) }) else {
            return nil
        }
        let authority = bytes.dropFirst(scheme.count).prefix { !Self.ends.contains($0) }
        let rest = bytes.dropFirst(scheme.count + authority.count)
        guard !authority.isEmpty, authority.allSatisfy(Self.isOfAuthority), rest.allSatisfy(Self.isOfPath) else {
            return nil
        }
        guard isSecure || Self.isLoopback(authority), let origin = Text(utf8: scheme + authority) else { return nil }
        self.text = text
        self.origin = origin
        self.isSecure = isSecure
    }

    private static let ends = Set("/?#".utf8)

    private static func isOfAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    private static func isOfPath(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !Set("\"#<>\\^`{|}".utf8).contains(byte)
    }

    private static func isLoopback(_ authority: ArraySlice<UInt8>) -> Bool {
        if authority.starts(with: "[::1]".utf8) { return authority.count == 5 || authority.dropFirst(5).first == 0x3A }
        let host = authority.prefix { $0 != UInt8(ascii: ":") }
        if host.elementsEqual("localhost".utf8) { return true }
        let parts = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0].elementsEqual("127".utf8)
            && parts.allSatisfy { UInt8(String(decoding: $0, as: UTF8.self)) != nil }
    }
}
