// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// The commits that changed what lies at a path, newest first.
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
    /// Walks back from a commit. A side of a merge that did not change the path is not followed, as `git log` does.
    ///
    /// - Parameters:
    ///   - limit: the most commits that are listed.
    ///   - budget: the most commits that are read.
    package func history(
        of path: TreePath, from start: CommitID, limit: Int = 100, budget: Int = 10_000
    ) async throws(ObjectError) -> PathHistory {
        var history = PathHistory()
        var open = [PathHistory.Entry(id: start, commit: try await commit(start))]
        var seen: Set<CommitID> = [start]
        var read = 1
        // The newest first, so that the order is that of time where history has branches.
        while let index = open.indices.max(by: { open[$0].commit.committer.time < open[$1].commit.committer.time }) {
            let entry = open.remove(at: index)
            let here = try await entryID(at: path, in: entry.commit.tree)
            var parents: [(entry: PathHistory.Entry, isSame: Bool)] = []
            for parent in entry.commit.parents {
                guard read < budget else {
                    history.isComplete = false
                    return history
                }
                read += 1
                let commit = try await commit(parent)
                let there = try await entryID(at: path, in: commit.tree)
                parents.append((PathHistory.Entry(id: parent, commit: commit), there == here))
            }
            if let same = parents.first(where: \.isSame) {
                if seen.insert(same.entry.id).inserted { open.append(same.entry) }
                continue
            }
            if !parents.isEmpty || here != nil {
                guard history.entries.count < limit else {
                    history.isComplete = false
                    return history
                }
                history.entries.append(entry)
            }
            for parent in parents where seen.insert(parent.entry.id).inserted { open.append(parent.entry) }
        }
        return history
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
