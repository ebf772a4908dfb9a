// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest
package import Model

/// The in-memory twin of a tree: files by path, contents identified by SHA-256.
package struct MemoryTree: TreeReader, BlobReader {
    package enum Node: Sendable, Hashable {
        case file([UInt8], executable: Bool)
        case link(target: [UInt8])
        case submodule
    }

    package var nodes: [TreePath: Node]

    package init(nodes: [TreePath: Node] = [:]) { self.nodes = nodes }

    /// Paths that leave the tree are dropped.
    package init(files: [String: String]) {
        nodes = [:]
        for (path, content) in files {
            if let path = TreePath(Text(path)) { nodes[path] = .file(Array(content.utf8), executable: false) }
        }
    }

    package func entry(at path: TreePath) async throws(TreeError) -> TreeEntry? {
        guard let resolved = try await resolve(path, followingLast: false) else { return nil }
        return resolved.entry ?? folder(.root)
    }

    package func children(of path: TreePath) async throws(TreeError) -> [TreeEntry] {
        let found = try await resolveFolder(path).path
        var seen: [[UInt8]: TreeEntry] = [:]
        for (candidate, node) in nodes where candidate != found && candidate.isWithin(found) {
            let name = candidate.components[found.components.count]
            if candidate.components.count == found.components.count + 1 {
                seen[name] = entry(name: name, node: node)
            } else if let child = found.appending(name) {
                seen[name] = folder(child)
            }
        }
        return seen.values.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    package func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8] {
        let (content, _) = try await file(path)
        guard content.count <= limit else {
            throw .tooLarge(path, bytes: Int64(content.count), limit: Int64(limit))
        }
        return content
    }

    package func blob(at path: TreePath) async throws(TreeError) -> BlobReference {
        let (content, executable) = try await file(path)
        return BlobReference(
            path: path, id: .sha256(Digest(of: content)), size: Int64(content.count), executable: executable)
    }

    package func stream(_ blob: BlobReference, _ body: (ArraySlice<UInt8>) throws -> Void) async throws {
        let (content, _) = try await file(blob.path)
        try body(content[...])
    }

    private func file(_ path: TreePath) async throws(TreeError) -> ([UInt8], executable: Bool) {
        let found = try await resolveFile(path).path
        guard case .file(let content, let executable) = nodes[found] else { throw .notAFile(path) }
        if LargeFilePointer.matches(content) { throw .largeFilePointer(path) }
        return (content, executable)
    }

    private func isFolder(_ path: TreePath) -> Bool {
        path.isRoot || nodes.keys.contains { $0 != path && $0.isWithin(path) }
    }

    private func folder(_ path: TreePath) -> TreeEntry {
        let inside = nodes.filter { $0.key.isWithin(path) }.sorted { $0.key < $1.key }
        let digest = Digest(of: Array("\(inside)".utf8))
        return TreeEntry(name: path.name ?? [], kind: .folder, id: .sha256(digest))
    }

    private func entry(name: [UInt8], node: Node) -> TreeEntry {
        switch node {
        case .file(let content, let executable):
            TreeEntry(name: name, kind: .file(executable: executable), id: .sha256(Digest(of: content)))
        case .link(let target): TreeEntry(name: name, kind: .link, id: .sha256(Digest(of: target)))
        case .submodule: TreeEntry(name: name, kind: .submodule, id: .sha256(Digest(of: [])))
        }
    }
}

extension MemoryTree: TreeSteps {
    package func entry(
        _ name: [UInt8], in _: TreeEntry?, path: TreePath
    ) async throws(TreeError) -> TreeEntry? {
        if let node = nodes[path] { return entry(name: name, node: node) }
        return isFolder(path) ? folder(path) : nil
    }

    package func target(of _: TreeEntry, path: TreePath) async throws(TreeError) -> [UInt8] {
        guard case .link(let target) = nodes[path] else { throw .notFound(path) }
        return target
    }
}
