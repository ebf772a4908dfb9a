// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Where an API server answers: `https://host:port`, with a path where a gateway serves several clusters.
package struct ServerAddress: Sendable, Hashable {
    package var isEncrypted: Bool
    /// A name, or an address; IPv6 without brackets.
    package var host: Text
    package var port: Int
    /// Empty, or with a leading slash and none at the end.
    package var path: Text

    /// `nil` for anything but `http://` or `https://` with a host, and perhaps a port and a path.
    package init?(_ text: Text) {
        guard let url = AddressParts(text), url.user == nil, url.scheme == "https" || url.scheme == "http" else {
            return nil
        }
        isEncrypted = url.scheme == "https"
        host = Text(url.host)
        port = url.port ?? (isEncrypted ? 443 : 80)
        path = Text(url.path)
    }

    /// The beginning of every URL, with another host where the certificate has another name.
    func origin(host other: Text?) -> String {
        let name = (other ?? host).string
        let bracketed = name.utf8.contains(UInt8(ascii: ":")) ? "[\(name)]" : name
        return "\(isEncrypted ? "https" : "http")://\(bracketed):\(port)\(path)"
    }
}

extension ServerAddress: CustomStringConvertible {
    package var description: String { origin(host: nil) }
}

/// Through what requests go.
package struct ProxyAddress: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case http, socks5
    }

    package var kind: Kind
    package var host: Text
    package var port: Int
    /// `user:password`; with HTTP only.
    package var login: Secret<Text>?

    package init?(_ text: Text) {
        guard let url = AddressParts(text), url.path.isEmpty else { return nil }
        switch url.scheme {
        case "http": (kind, port) = (.http, url.port ?? 80)
        case "socks5": (kind, port) = (.socks5, url.port ?? 1080)
        default: return nil
        }
        host = Text(url.host)
        guard let user = url.user else { return }
        // What cannot stand in an address is written by its number. A plus is one.
        let written = user.replacing("+", with: "%2B")
        guard kind == .http, let login = PercentEncoding.decode(written.utf8).flatMap(Text.init(utf8:)) else {
            return nil
        }
        self.login = Secret(login)
    }
}

/// A URL taken apart, as far as these addresses go.
private struct AddressParts {
    var scheme: String
    var user: String?
    var host: String
    var port: Int?
    var path: String

    init?(_ text: Text) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }),
            let mark = text.string.firstRange(of: "://")
        else { return nil }
        scheme = text.string[..<mark.lowerBound].lowercased()
        let rest = text.string[mark.upperBound...]
        var authority = rest.prefix { $0 != "/" }
        path = String(rest[authority.endIndex...])
        while path.hasSuffix("/") { path.removeLast() }
        if let at = authority.lastIndex(of: "@") {
            user = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        var name = authority
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            name = authority[authority.index(after: authority.startIndex)..<close]
            authority = authority[authority.index(after: close)...]
        } else if let colon = authority.firstIndex(of: ":") {
            name = authority[..<colon]
            authority = authority[colon...]
        } else {
            authority = ""
        }
        host = String(name)
        if !authority.isEmpty {
            guard authority.hasPrefix(":"), let number = Int(authority.dropFirst()), (1...65535).contains(number) else {
                return nil
            }
            port = number
        }
        guard !host.isEmpty else { return nil }
    }
}
