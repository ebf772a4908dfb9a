// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model
import Synchronization

/// Reads a tree and remembers what was looked at: what a render depends on, also what it looked for and did not find.
package final class TracingTreeReader: TreeReader {
    private let tree: any TreeReader
    private let seen = Mutex<[TreePath: ContentID?]>([:])

    package init(_ tree: any TreeReader) { self.tree = tree }

    package var trace: Trace { Trace(entries: seen.withLock { $0 }) }

    package func entry(at path: TreePath) async throws(TreeError) -> TreeEntry? {
        let entry = try await tree.entry(at: path)
        seen.withLock { $0[path] = .some(entry?.id) }
        return entry
    }

    package func children(of path: TreePath) async throws(TreeError) -> [TreeEntry] {
        _ = try await entry(at: path)
        return try await tree.children(of: path)
    }

    package func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8] {
        _ = try await entry(at: path)
        return try await tree.read(path, limit: limit)
    }

    package func blob(at path: TreePath) async throws(TreeError) -> BlobReference {
        _ = try await entry(at: path)
        let blob = try await tree.blob(at: path)
        // A link's own identity says nothing of what it leads to.
        seen.withLock { $0[blob.path] = .some(blob.id) }
        return blob
    }
}

/// The entries of a tree that a render read, by path; `nil` for those that were not there.
package struct Trace: Sendable, Hashable {
    package var entries: [TreePath: ContentID?]

    package init(entries: [TreePath: ContentID?]) { self.entries = entries }

    /// Whether a render of this tree would read the same.
    package func holds(in tree: any TreeReader) async throws(TreeError) -> Bool {
        for (path, id) in entries where try await tree.entry(at: path)?.id != id { return false }
        return true
    }
}
