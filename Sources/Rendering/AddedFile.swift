// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A tree with one file more than it has.
struct AddedFile: TreeReader {
    let tree: any TreeReader
    let path: TreePath
    let content: [UInt8]

    private var entry: TreeEntry {
        TreeEntry(name: path.name ?? [], kind: .file(executable: false), id: .sha256(Digest(of: content)))
    }

    func entry(at path: TreePath) async throws(TreeError) -> TreeEntry? {
        path == self.path ? entry : try await tree.entry(at: path)
    }

    func kind(at path: TreePath) async throws(TreeError) -> TreeEntry.Kind? {
        path == self.path ? entry.kind : try await tree.kind(at: path)
    }

    func children(of path: TreePath) async throws(TreeError) -> [TreeEntry] {
        let children = try await tree.children(of: path)
        guard path == self.path.parent else { return children }
        return (children + [entry]).sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8] {
        path == self.path ? content : try await tree.read(path, limit: limit)
    }

    func blob(at path: TreePath) async throws(TreeError) -> BlobReference {
        guard path == self.path else { return try await tree.blob(at: path) }
        return BlobReference(path: path, id: entry.id, size: Int64(content.count), executable: false)
    }
}
