// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Where a repository is: the strict reading of what people write as its URL.
///
/// Nothing that reaches `git` can be an option, a remote helper (`ext::…`) or hold a password.
package struct RepositoryAddress: Sendable, Hashable {
    package enum Transport: String, Sendable, Hashable {
        case https, http, ssh, file
    }

    package var transport: Transport
    /// The user of SSH; `nil` otherwise.
    package var user: String?
    /// In lower case, without the brackets of an IPv6 address; empty for a local path.
    package var host: String
    /// `nil`: the transport's own.
    package var port: Int?
    /// Begins with a slash, except over SSH, where it may lie in the user's home.
    package var path: String

    /// The longest address, in bytes.
    private static let limit = 2048

    /// Reads `https://host[:port]/path`, `ssh://[user@]host[:port]/path`, `user@host:path`, `file:///path` or `/path`.
    package init(parsing text: Text) throws(SourceFailure) {
        let bytes = Array(text.utf8)
        func refuse(_ reason: String) -> SourceFailure { .badAddress(printable(bytes.prefix(200)), reason: reason) }
        guard !bytes.isEmpty, bytes.count <= Self.limit else { throw refuse("is empty or too long") }
        guard bytes.allSatisfy({ $0 >= 0x21 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw refuse("holds a space, a backslash or a control character")
        }
        (user, host, port, path) = (nil, "", nil, "")
        if bytes.first == UInt8(ascii: "/") {
            transport = .file
            path = text.string
        } else {
            // From here on one character is one byte.
            guard bytes.allSatisfy({ $0 < 0x80 }) else {
                throw refuse("holds a character that must be percent-encoded")
            }
            transport = .ssh
            try readURL(text.string, refuse)
        }
        guard path.utf8.count > 1 else { throw refuse("names no path") }
    }

    private mutating func readURL(_ text: String, _ refuse: (String) -> SourceFailure) throws(SourceFailure) {
        if let separator = text.firstRange(of: "://") {
            guard let transport = Transport(rawValue: text[..<separator.lowerBound].lowercased()) else {
                throw refuse("has a scheme other than https, ssh, file and http")
            }
            self.transport = transport
            let rest = text[separator.upperBound...]
            let authority = transport == .file ? "" : rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            path = String(rest.dropFirst(authority.count))
            if transport != .file { try readAuthority(authority, refuse) }
            guard path.hasPrefix("/") else { throw refuse("names no path") }
        } else {
            // `user@host:path`, where a path without a slash lies in the user's home.
            let isBracketed = text.firstIndex(of: "[").map { !text[..<$0].contains(":") } ?? false
            let start = isBracketed ? text.firstIndex(of: "]") ?? text.startIndex : text.startIndex
            guard let colon = text[start...].firstIndex(of: ":"), !text[..<colon].contains("/") else {
                throw refuse("is neither a URL, nor user@host:path, nor an absolute path")
            }
            path = String(text[text.index(after: colon)...])
            guard !path.hasPrefix(":") else { throw refuse("names a remote helper (\"::\")") }
            guard !path.hasPrefix("-") else { throw refuse("has a path that begins with \"-\"") }
            try readAuthority(text[..<colon], refuse)
            guard port == nil else { throw refuse("has a port and no scheme; write ssh://") }
        }
        guard !path.contains("?"), !path.contains("#") else { throw refuse("has a query or a fragment") }
        guard !path.split(separator: "/").contains("..") else { throw refuse("holds \"..\"") }
    }

    private mutating func readAuthority(
        _ authority: Substring, _ refuse: (String) -> SourceFailure
    ) throws(SourceFailure) {
        var authority = authority
        if let at = authority.lastIndex(of: "@") {
            let person = authority[..<at]
            guard transport == .ssh, !person.contains(":"), Self.isWord(person) else {
                throw refuse("holds a user or password; name \"credentials\" instead")
            }
            user = String(person)
            authority = authority[authority.index(after: at)...]
        }
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw refuse("has a broken IPv6 address") }
            host = authority[authority.index(after: authority.startIndex)..<close].lowercased()
            guard !host.isEmpty, host.utf8.allSatisfy({ Self.isHexDigit($0) || $0 == 0x3A || $0 == 0x2E }) else {
                throw refuse("has a broken IPv6 address")
            }
            authority = authority[authority.index(after: close)...]
        } else {
            let name = authority.prefix { $0 != ":" }
            guard Self.isWord(name), !name.hasSuffix("-") else { throw refuse("names no host") }
            host = name.lowercased()
            authority = authority[name.endIndex...]
        }
        if authority.hasPrefix(":") {
            guard let number = UInt16(authority.dropFirst()), number > 0 else { throw refuse("has a bad port") }
            port = Int(number)
        } else if !authority.isEmpty {
            throw refuse("has a broken host")
        }
    }

    /// Letters, digits, `.`, `_` and `-`, not at its beginning.
    private static func isWord(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 253 else { return false }
        return text.utf8.allSatisfy { byte in
            0x30...0x39 ~= byte || 0x61...0x7A ~= byte | 0x20 || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte || 0x61...0x66 ~= byte }
}

extension RepositoryAddress: CustomStringConvertible {
    /// One spelling for every address that means the same: this is what `git` is given, and what mirrors are named by.
    package var description: String {
        if transport == .file { return path }
        if path.hasPrefix("/") { return origin + path }
        return "\(user.map { "\($0)@" } ?? "")\(authority):\(path)"
    }

    /// Scheme, host and port: what credentials are bound to.
    package var origin: String {
        let user = user.map { "\($0)@" } ?? ""
        return "\(transport)://\(user)\(authority)"
    }

    /// Host and port, as they stand in a URL.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return name + (port.map { ":\($0)" } ?? "")
    }

    /// The port that is connected to; `nil` for a local path.
    package var effectivePort: Int? {
        switch transport {
        case .https: port ?? 443
        case .http: port ?? 80
        case .ssh: port ?? 22
        case .file: nil
        }
    }
}
