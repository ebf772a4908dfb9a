// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model
package import NIOPosix
package import SystemPackage

/// A plain folder on disk as a tree, for a first try and for `trimtab validate`. Entries named `.git` are not part of
/// it, as they would not be of a commit.
///
/// The kernel keeps every read beneath the folder and follows no link; links are followed here, by their text. It is a
/// live view: who writes into the folder meanwhile is seen or not.
package struct FolderTree: TreeReader, BlobReader {
    private let folder: FolderReader
    private let threads: NIOThreadPool?

    /// Throws ``TreeError/unavailable`` when there is no such folder.
    ///
    /// - Parameter threads: where the disk is read; `nil` for the caller's own thread, where nobody else needs it.
    package init(_ path: FilePath, threads: NIOThreadPool? = .singleton) throws(TreeError) {
        folder = try FolderReader(path)
        self.threads = threads
    }

    package func entry(at path: TreePath) async throws(TreeError) -> TreeEntry? {
        guard let resolved = try await resolve(path, followingLast: false) else { return nil }
        return try await identified(
            resolved.entry ?? FolderReader.placeholder(TreePath.root, .folder), at: resolved.path)
    }

    /// Hashes nothing, where the identity of a folder is that of all beneath it.
    package func kind(at path: TreePath) async throws(TreeError) -> TreeEntry.Kind? {
        guard let resolved = try await resolve(path, followingLast: false) else { return nil }
        return resolved.entry?.kind ?? .folder
    }

    package func children(of path: TreePath) async throws(TreeError) -> [TreeEntry] {
        let found = try await resolveFolder(path)
        return try await onThread { [folder] () throws(TreeError) in
            var entries: [TreeEntry] = []
            for child in try folder.children(of: found.path) {
                guard let path = found.path.appending(child.name) else { continue }
                entries.append(try folder.identified(child, at: path))
            }
            return entries
        }
    }

    package func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8] {
        let (found, _) = try await resolveFile(path)
        let bytes = try await onThread { [folder] () throws(TreeError) in
            try folder.read(found, limit: limit, asked: path)
        }
        if LargeFilePointer.matches(bytes) { throw .largeFilePointer(path) }
        return bytes
    }

    package func blob(at path: TreePath) async throws(TreeError) -> BlobReference {
        let (found, entry) = try await resolveFile(path)
        let (digest, size, isPointer) = try await onThread { [folder] () throws(TreeError) in
            try folder.digest(ofFile: found)
        }
        if isPointer { throw .largeFilePointer(path) }
        return BlobReference(
            path: path, id: .sha256(digest), size: size, executable: entry.kind == .file(executable: true))
    }

    /// Throws ``TreeError/corrupt`` at the end when the file is no longer the one that was referred to: whatever was
    /// made of the pieces must then be dropped.
    package func stream(_ blob: BlobReference, _ body: (ArraySlice<UInt8>) throws -> Void) async throws {
        let (found, _) = try await resolveFile(blob.path)
        let file = try await onThread { [folder] () throws(TreeError) in try folder.openForReading(found) }
        while let piece = try await onThread({ () throws(TreeError) in try file.next() }) { try body(piece[...]) }
        guard .sha256(file.digest) == blob.id else {
            throw TreeError.corrupt(blob.path, reason: "it was changed while it was read")
        }
    }

    /// SHA-256 over the whole tree: two folders with one digest hold the same.
    package func digest() async throws(TreeError) -> Digest {
        try await onThread { [folder] () throws(TreeError) in try folder.digest(ofFolder: TreePath.root) }
    }

    private func identified(_ entry: TreeEntry, at path: TreePath) async throws(TreeError) -> TreeEntry {
        try await onThread { [folder] () throws(TreeError) in try folder.identified(entry, at: path) }
    }

    private func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws(TreeError) -> Result
    ) async throws(TreeError) -> Result {
        guard let threads else { return try body() }
        do {
            return try await threads.runIfActive(body)
        } catch let error as TreeError {
            throw error
        } catch {
            throw .unavailable(reason: "\(error)")
        }
    }
}

extension FolderTree: TreeSteps {
    package func entry(
        _ name: [UInt8], in folder: TreeEntry?, path: TreePath
    ) async throws(TreeError) -> TreeEntry? {
        try await onThread { [reader = self.folder] () throws(TreeError) in try reader.entry(at: path) }
    }

    package func target(of link: TreeEntry, path: TreePath) async throws(TreeError) -> [UInt8] {
        try await onThread { [folder] () throws(TreeError) in try folder.target(ofLink: path) }
    }
}
