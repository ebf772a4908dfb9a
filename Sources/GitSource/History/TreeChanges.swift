// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// What differs between two trees.
package struct TreeChanges: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case added, changed, removed
    }

    package struct Change: Sendable, Hashable {
        package var path: TreePath
        package var kind: Kind
    }

    /// Files, links and submodules, not folders; ordered by path.
    package var changes: [Change] = []
    /// Whether there are more than were asked for.
    package var isCut = false
}

extension ObjectDatabase {
    /// Compares two trees by the ids of their entries: what is the same in both is never read, so that the cost follows
    /// what changed.
    ///
    /// - Parameters:
    ///   - old: a tree; `nil` for none.
    ///   - limit: the most changes that are listed.
    package func changes(
        from old: GitID?, to new: GitID?, limit: Int = 10_000
    ) async throws(ObjectError) -> TreeChanges {
        var changes = TreeChanges()
        // Folders that are still to be compared; a stack, because trees may be deeper than ours.
        var pending: [(path: TreePath, old: GitID?, new: GitID?)] = [(.root, old, new)]
        while let (folder, before, after) = pending.popLast() {
            for (left, right) in try await tree(before).differences(to: try await tree(after)) {
                guard let name = left?.name ?? right?.name, let path = folder.appending(name) else { continue }
                let (oldFolder, newFolder) = (left?.folderID, right?.folderID)
                if oldFolder != nil || newFolder != nil { pending.append((path, oldFolder, newFolder)) }
                let wasThere = left != nil && oldFolder == nil
                let isThere = right != nil && newFolder == nil
                guard wasThere || isThere else { continue }
                guard changes.changes.count < limit else {
                    changes.isCut = true
                    break
                }
                changes.changes.append(
                    .init(path: path, kind: wasThere && isThere ? .changed : wasThere ? .removed : .added))
            }
            if changes.isCut { break }
        }
        changes.changes.sort { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
        return changes
    }

    private func tree(_ id: GitID?) async throws(ObjectError) -> PackedTree {
        guard let id else { return PackedTree([]) }
        return try await tree(id)
    }
}

extension TreeEntry {
    fileprivate var folderID: GitID? {
        guard kind == .folder, case .git(let id) = id else { return nil }
        return id
    }
}
