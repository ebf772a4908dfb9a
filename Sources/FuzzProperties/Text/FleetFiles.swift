// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A tree of files that one input holds: the first, then a line `#@ path` before each further file.
struct FleetFiles: TreeReader {
    private(set) var files: [TreePath: [UInt8]] = [:]

    init(_ bytes: [UInt8], first name: Text = "fleet.yaml") {
        var path = TreePath(name)
        var content: [UInt8] = []
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.starts(with: "#@ ".utf8), files.count < 32 {
                if let path { add(content, at: path) }
                path = TreePath(line.dropFirst(3))
                content = []
            } else {
                content += line + [UInt8(ascii: "\n")]
            }
        }
        if let path { add(content, at: path) }
    }

    func replacing(_ path: TreePath, with content: [UInt8]) -> FleetFiles {
        var copy = self
        copy.files[path] = content
        return copy
    }

    /// What cannot be beside the other files is left out.
    private mutating func add(_ content: [UInt8], at path: TreePath) {
        guard !path.isRoot, !files.keys.contains(where: { $0.isWithin(path) || path.isWithin($0) }) else { return }
        files[path] = content
    }

    func entry(at path: TreePath) async throws(TreeError) -> TreeEntry? {
        let name = path.name ?? []
        if let content = files[path] {
            return TreeEntry(name: name, kind: .file(executable: false), id: .sha256(Digest(of: content)))
        }
        guard path.isRoot || files.keys.contains(where: { $0.isWithin(path) }) else { return nil }
        return TreeEntry(name: name, kind: .folder, id: .sha256(Digest(of: path.bytes)))
    }

    func children(of path: TreePath) async throws(TreeError) -> [TreeEntry] {
        guard let folder = try await entry(at: path) else { throw .notFound(path) }
        guard folder.kind == .folder else { throw .notAFolder(path) }
        var children: [TreeEntry] = []
        let names = files.keys.filter { $0.isWithin(path) }.map { $0.components[path.components.count] }
        for name in Set(names).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            if let child = path.appending(name), let entry = try await entry(at: child) { children.append(entry) }
        }
        return children
    }

    func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8] {
        guard let content = files[path] else {
            throw path.isRoot || files.keys.contains { $0.isWithin(path) } ? .notAFile(path) : .notFound(path)
        }
        guard content.count <= limit else {
            throw .tooLarge(path, bytes: Int64(content.count), limit: Int64(limit))
        }
        return content
    }

    func blob(at path: TreePath) async throws(TreeError) -> BlobReference {
        let content = try await read(path, limit: .max)
        return BlobReference(
            path: path, id: .sha256(Digest(of: content)), size: Int64(content.count), executable: false)
    }
}
