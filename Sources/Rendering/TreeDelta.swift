// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// How one tree came to be another, as far as it concerns whoever read the first one.
package struct TreeDelta: Sendable, Hashable {
    /// Files, links and submodules that are new, other than they were, or gone.
    package var paths: Set<TreePath> = []
    /// Folders that are new or gone.
    package var folders: Set<TreePath> = []
    /// Folders in which other names are than before.
    package var listings: Set<TreePath> = []

    package init() {}

    /// The cost follows the number of changes, not the size of the trees.
    package init(
        added: [TreePath], changed: [TreePath], removed: [TreePath], from old: any TreeReader, to new: any TreeReader
    ) async throws(TreeError) {
        paths = Set(added + changed + removed)
        for path in changed {
            // What is a submodule now is looked at as a folder would be.
            if try await new.kind(at: path) == .submodule, let parent = path.parent { listings.insert(parent) }
        }
        for (paths, elsewhere) in [(added, old), (removed, new)] {
            var known: Set<TreePath> = []
            for path in paths {
                var path = path
                while let parent = path.parent {
                    listings.insert(parent)
                    guard !parent.isRoot, known.insert(parent).inserted else { break }
                    if try await elsewhere.kind(at: parent) == .folder { break }
                    folders.insert(parent)
                    path = parent
                }
            }
        }
    }
}
