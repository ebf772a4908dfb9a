// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Manifest
import Model

/// Where a repository is, whatever way leads there: two addresses with one place mean the same repository.
struct RepositoryPlace: Sendable, Hashable {
    /// In lower case, with the port when it is not the usual one; empty on this machine.
    var host: String
    /// Without a `.git` at their end.
    var names: [Text]

    init(_ address: RepositoryAddress) {
        let usual = [22, 80, 443, nil].contains(address.effectivePort)
        host = address.host + (usual ? "" : ":\(address.effectivePort ?? 0)")
        names = Self.names(address.path)
        if let last = names.popLast() { names.append(Self.bare(last)) }
    }

    static func names(_ path: some StringProtocol) -> [Text] { path.split(separator: "/").map { Text(String($0)) } }

    static func bare(_ name: Text) -> Text {
        name.utf8.count > 4 && name.string.hasSuffix(".git") ? Text(String(name.string.dropLast(4))) : name
    }
}

/// The address of a base in another repository, as kustomizations write it:
/// `https://git.example.org/team/base.git//overlay?ref=v1`, `git@git.example.org:team/base.git//overlay?ref=v1`,
/// `github.com/team/base/overlay?ref=v1`, `file:///srv/git/base.git//overlay?ref=main`.
struct BaseAddress: Sendable, Hashable {
    private var host: String
    /// Of the repository, or where nothing tells its end, of repository and folder.
    private var names: [Text]
    /// `nil` where nothing tells the repository's end.
    private var folder: Text?
    /// `?ref=`
    let revision: Text?

    /// `nil` when it is no address.
    init?(_ text: Text) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        let parts = text.string.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard var rest = parts.first else { return nil }
        revision = parts.count > 1 ? Self.revision(parts[1]) : nil
        if rest.hasPrefix("git::") { rest = rest.dropFirst(5) }
        var path: Substring
        if let scheme = rest.firstRange(of: "://") {
            let isLocal = rest[..<scheme.lowerBound].lowercased() == "file"
            rest = rest[scheme.upperBound...]
            let authority = isLocal ? rest.prefix(0) : rest.prefix { $0 != "/" }
            host = Self.host(authority)
            path = rest.dropFirst(authority.count)
            guard isLocal == host.isEmpty else { return nil }
        } else {
            // `user@host:path` or `host/path`.
            let authority = rest.prefix { $0 != ":" && $0 != "/" }
            host = Self.host(authority)
            path = rest.dropFirst(authority.count + 1)
            guard !host.isEmpty else { return nil }
        }
        if path.hasPrefix("/") { path = path.dropFirst() }
        if let end = path.firstRange(of: "//") {
            folder = Text(String(path[end.upperBound...]))
            path = path[..<end.lowerBound]
        }
        names = RepositoryPlace.names(path)
        guard !names.isEmpty else { return nil }
    }

    /// The folder that is meant when a repository is at this place; `nil` when the address means another one.
    func folder(in place: RepositoryPlace) -> TreePath? {
        guard host == place.host, let last = place.names.last, names.count >= place.names.count,
            names.prefix(place.names.count - 1).elementsEqual(place.names.dropLast()),
            RepositoryPlace.bare(names[place.names.count - 1]) == last
        else { return nil }
        let rest = names.dropFirst(place.names.count)
        guard let folder else { return TreePath(rest.map(\.string).joined(separator: "/").utf8) }
        return rest.isEmpty ? TreePath(folder.utf8) : nil
    }

    /// The repository alone, as far as it can be told, for people.
    var repository: Text {
        let path = names.map(\.string).joined(separator: "/")
        return Text(host.isEmpty ? "/\(path)" : "https://\(host)/\(path)")
    }

    private static func host(_ authority: Substring) -> String {
        let name = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        var host = name.lowercased()
        for port in [":22", ":80", ":443"] where host.hasSuffix(port) { host.removeLast(port.count) }
        return host
    }

    private static func revision(_ query: Substring) -> Text? {
        for item in query.split(separator: "&") {
            for key in ["ref=", "version="] where item.hasPrefix(key) && item.count > key.count {
                return Text(String(item.dropFirst(key.count)))
            }
        }
        return nil
    }
}
