// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// The commits that changed what lies at some paths, newest first.
package struct PathHistory: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var id: CommitID
        package var commit: Commit
    }

    package var entries: [Entry] = []
    /// Whether the walk ended at the beginning of history, and not at a limit.
    package var isComplete = true
}

extension ObjectDatabase {
    /// Walks back from a commit. A side of a merge that did not change the paths is not followed, as `git log` does.
    ///
    /// - Parameters:
    ///   - limit: the most commits that are listed.
    ///   - budget: the most commits that are read.
    package func history(
        of paths: [TreePath], from start: CommitID, limit: Int = 100, budget: Int = 10_000
    ) async throws(ObjectError) -> PathHistory {
        var history = PathHistory()
        var open = [try await visit(start, paths)]
        var seen: Set<CommitID> = [start]
        var read = 1
        // The newest first, so that the order is that of time where history has branches.
        while let index = open.indices.max(by: { open[$0].time < open[$1].time }) {
            let visit = open.remove(at: index)
            var parents: [Visit] = []
            for parent in visit.entry.commit.parents {
                guard read < budget else {
                    history.isComplete = false
                    return history
                }
                read += 1
                parents.append(try await self.visit(parent, paths))
            }
            if let same = parents.first(where: { $0.found == visit.found }) {
                if seen.insert(same.entry.id).inserted { open.append(same) }
                continue
            }
            if !parents.isEmpty || visit.found.contains(where: { $0 != nil }) {
                guard history.entries.count < limit else {
                    history.isComplete = false
                    return history
                }
                history.entries.append(visit.entry)
            }
            for parent in parents where seen.insert(parent.entry.id).inserted { open.append(parent) }
        }
        return history
    }

    /// A commit, and what lies at the paths in it.
    private struct Visit {
        var entry: PathHistory.Entry
        var found: [ContentID?]

        var time: Time { entry.commit.committer.time }
    }

    private func visit(_ id: CommitID, _ paths: [TreePath]) async throws(ObjectError) -> Visit {
        let commit = try await commit(id)
        var found: [ContentID?] = []
        for path in paths { found.append(try await entryID(at: path, in: commit.tree)) }
        return Visit(entry: PathHistory.Entry(id: id, commit: commit), found: found)
    }

    /// What lies at a path, links not followed; `nil` when there is nothing.
    private func entryID(at path: TreePath, in tree: GitID) async throws(ObjectError) -> ContentID? {
        var id: ContentID? = .git(tree)
        for name in path.components {
            guard case .git(let folder)? = id else { return nil }
            // Below a file there is nothing.
            guard try await info(folder).kind == .tree else { return nil }
            id = try await self.tree(folder).entry(named: Array(name))?.id
        }
        return id
    }
}
