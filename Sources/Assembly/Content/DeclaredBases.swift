// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import GitSource
import Kustomize
import Manifest
import Model

/// Which source of the fleet the address of a base means. Only sources that the project may use are read, each by its
/// own address and credentials, whatever way the kustomization writes.
struct DeclaredBases: Sendable {
    struct Match: Sendable {
        var source: Source
        var folder: TreePath
        /// What the address may mean by its revision, in the order in which it is tried.
        var follows: [Application.Follow]
    }

    private let places: [(source: Source, place: RepositoryPlace)]

    /// - Parameter absolute: makes a path of this machine out of one that the fleet writes.
    init(_ sources: some Sequence<Source>, absolute: (String) -> String) {
        places = sources.compactMap { source in
            guard case .git(let url) = source.location else { return nil }
            let isPath = url.utf8.first == UInt8(ascii: "/") || url.utf8.first == UInt8(ascii: ".")
            let text = isPath ? Text(absolute(url.string)) : url
            return (try? RepositoryAddress(parsing: text)).map { (source, RepositoryPlace($0)) }
        }
        .sorted { ($1.place.names.count, $0.source.name) < ($0.place.names.count, $1.source.name) }
    }

    /// - Parameter allowed: the names of sources that the project may use.
    func match(
        _ text: Text, for project: ProjectName, allowed: some Sequence<Text>
    ) -> Result<Match, Refusal> {
        guard let address = BaseAddress(text) else {
            return .failure(
                Refusal(
                    reason: "\(quoted(text)) is no address of a repository",
                    advice: "write https://HOST/PATH.git//FOLDER?ref=REVISION"))
        }
        let found = places.compactMap { source, place in address.folder(in: place).map { (source, $0) } }
        guard let (source, folder) = found.first(where: { allowed.contains($0.0.name.text) }) ?? found.first else {
            return .failure(
                Refusal(
                    reason: "\(quoted(text)) lies in a repository that is no source of the fleet",
                    advice: "declare it: kind: Source, spec: {git: \"\(address.repository)\"}; and name it among the "
                        + "sources of project \(project)"))
        }
        guard allowed.contains(source.name.text) else {
            return .failure(
                Refusal(
                    reason: "\(quoted(text)) is the source \(source.name), which project \(project) may not use",
                    advice: "name \(source.name) among the sources of project \(project)"))
        }
        guard let revision = address.revision else {
            return .failure(
                Refusal(
                    reason: "\(quoted(text)) names no revision",
                    advice: "add ?ref= and a full commit id, a tag or a branch"))
        }
        return .success(Match(source: source, folder: folder, follows: Self.follows(revision)))
    }

    private static func follows(_ revision: Text) -> [Application.Follow] {
        if let commit = CommitID(hex: revision.string) { return [.commit(commit)] }
        for (prefix, follow) in [("refs/heads/", Application.Follow.branch), ("refs/tags/", Application.Follow.tag)]
        where revision.string.hasPrefix(prefix) {
            return [follow(Text(String(revision.string.dropFirst(prefix.count))))]
        }
        return [.tag(revision), .branch(revision)]
    }

    private func quoted(_ text: Text) -> String { "\"\(printable(text.utf8.prefix(200)))\"" }
}
