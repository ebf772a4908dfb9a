// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What may stand as the address of a repository, decided by its bytes. Whether it may be reached is decided where
/// it is fetched.
enum RepositoryURL {
    /// What ``fault(_:)`` finds, for JSON Schema.
    static let pattern =
        #"^(?!-)(?!.* )(?!(?!(https?|ssh|file)://)[^:/]*://)(?!(?![^:/]*://).*::)(?!(https?|ssh)://([/?]|$))"#
        + #"(?!(https?|file)://[^/?]*@)(?!ssh://[^/?]*:[^/?]*@)\#(StringRule.character)+$"#

    /// In words that follow the field's name; `nil` when there is no fault.
    static func fault(_ text: Text) -> String? {
        let bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "-") { return "must not begin with \"-\"" }
        if bytes.contains(UInt8(ascii: " ")) { return "must not hold a space" }
        guard let scheme = scheme(of: bytes) else {
            return holdsHelper(bytes) ? "must not name a remote helper (\"::\")" : nil
        }
        guard ["https", "http", "ssh", "file"].contains(scheme.name) else {
            return "has the scheme \(quoted(scheme.name)); use https, ssh, file or a local path"
        }
        let authority = scheme.rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        if scheme.name != "file", authority.isEmpty { return "names no host" }
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let holdsPassword = authority[..<at].contains(UInt8(ascii: ":"))
        if holdsPassword || scheme.name != "ssh" {
            return "must not hold a user or password; name \"credentials\" instead"
        }
        return nil
    }

    private static func scheme(of bytes: [UInt8]) -> (name: Text, rest: ArraySlice<UInt8>)? {
        let separator = Array("://".utf8)
        let name = bytes.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
        let rest = bytes[name.endIndex...]
        guard rest.starts(with: separator), let name = Text(utf8: name) else { return nil }
        return (name, rest.dropFirst(separator.count))
    }

    private static func holdsHelper(_ bytes: [UInt8]) -> Bool {
        zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: ":") }
    }
}
