// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import GitSource
import Manifest
import Model

extension FleetDesk {
    /// A person lets a commit count that was refused because history was rewritten.
    ///
    /// - Parameter digits: the first of its id; `nil` for the only one that is refused.
    func accept(
        _ source: SourceName, commit digits: Text?, reason: Text, actor: Actor
    ) async throws(APIError) -> CommitID {
        await refreshNow()
        let rewritten = try rewritten(of: source)
        let meant = rewritten.filter { $0.commit.hex.utf8.starts(with: (digits ?? "").utf8) }
        guard let one = meant.first else {
            let names = rewritten.map(\.commit.short).joined(separator: ", ")
            throw APIError(
                .conflict, "\(source) refuses \(Text(names)), not \(digits ?? "")",
                advice: "look at the commit that is there now, then accept that")
        }
        // One commit may be refused of several branches.
        guard Set(meant.map(\.commit)).count == 1 else {
            let names = meant.map { "\($0.commit.short) of \($0.follow)" }.joined(separator: ", ")
            throw APIError(
                .invalid, "\(source) refuses more than one commit: \(Text(names))", advice: "say which with --commit")
        }
        for (follow, commit, repository) in meant {
            guard case .git(let tracked) = repository.kind else { continue }
            do throws(SourceFailure) {
                try await tracked.confirm(commit, of: follow) { before throws(SourceFailure) in
                    let accepted = CommitAccepted(
                        commit: commit, following: Text("\(follow)"), previous: before, reason: reason)
                    do { try await record([accepted.draft(of: source, by: actor)]) } catch {
                        throw .failed(reason: "the journal cannot be written: \(error)")
                    }
                }
            } catch {
                throw APIError(.conflict, "\(source): \(error)", advice: Text(error.advice))
            }
        }
        await refresh()
        return one.commit
    }

    private typealias Rewritten = (follow: Follow, commit: CommitID, repository: Repository)

    /// What is refused of a source because it does not descend from what was accepted; never empty.
    private func rewritten(of source: SourceName) throws(APIError) -> [Rewritten] {
        guard let findings = looks[source] else {
            let known = looks.keys.sorted().map(\.description).joined(separator: ", ")
            throw APIError(
                .notFound, "no source \(source) is read here",
                advice: known.isEmpty ? nil : "these are: \(Text(known))")
        }
        var found: [Rewritten] = []
        for (follow, finding) in findings {
            guard case .rewritten(_, let commit) = finding.look.failure else { continue }
            found.append((follow, commit, finding.repository))
        }
        if found.isEmpty {
            let other = findings.values.lazy.compactMap(\.look.failure).first
            throw APIError(
                .conflict, "\(source) refuses no rewritten history",
                advice: other.map { "what is wrong with it is something else: \("\($0)" as Text)" })
        }
        return found.sorted { "\($0.follow)" < "\($1.follow)" }
    }
}
