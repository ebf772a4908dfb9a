// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Where browsers reach a hub that something else does TLS for: its one origin, whatever address it listens on.
package struct ExternalAddress: Sendable, Hashable, CustomStringConvertible {
    /// As browsers write it: `https://hub.example.org`, in small letters, with the port where it is not 443.
    package let origin: Text

    /// `https://HOST` or `https://HOST:PORT`, in any mix of cases.
    package init(parsing text: Text) throws(APIError) {
        var bytes = text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }[...]
        let scheme: Text = "https://"
        guard bytes.starts(with: scheme.utf8) else {
            throw APIError(
                .invalid, "it must begin with https://", advice: "\(Self.form); where nothing does TLS leave it out")
        }
        bytes = bytes.dropFirst(scheme.utf8.count)
        if bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
        guard !bytes.contains(where: { "/?#".utf8.contains($0) }) else {
            throw APIError(
                .invalid, "it must have no path: pages lie at the root of their host alone", advice: Self.form
            )
        }
        guard let authority = Text(utf8: bytes), let shown = Self.shown(authority) else {
            throw APIError(.invalid, "it names no host that browsers can reach", advice: Self.form)
        }
        origin = "\(scheme)\(shown)"
    }

    package var description: String { origin.string }

    private static let form: Text = "write it as https://hub.example.org, or with a port"

    /// As browsers write a host and its port behind `https://`; `nil` for what is neither.
    private static func shown(_ authority: Text) -> Text? {
        let address = NetworkAddress(parsing: authority) ?? NetworkAddress(parsing: "\(authority):443")
        guard let address, address.port > 0, address.host != "::", isHost(address.host) else { return nil }
        let full = Text(address.description)
        let short = address.port == 443 ? Text(utf8: full.utf8.dropLast(":443".utf8.count)) : full
        return authority == full || authority == short ? short : nil
    }

    /// A name of ASCII, or an address.
    private static func isHost(_ host: Text) -> Bool {
        let isNumber = host.utf8.contains(UInt8(ascii: ":"))
        return host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty
                && label.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                    case UInt8(ascii: "-"): !isNumber
                    case UInt8(ascii: ":"): isNumber
                    default: false
                    }
                }
        }
    }
}
