// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// The tree of a commit, read from the object database: there is no checkout.
package struct GitTree: TreeReader, BlobReader {
    package let root: GitID
    package let database: ObjectDatabase

    package init(root: GitID, in database: ObjectDatabase) {
        self.root = root
        self.database = database
    }

    package func entry(at path: TreePath) async throws(TreeError) -> TreeEntry? {
        if path.isRoot { return TreeEntry(name: [], kind: .folder, id: .git(root)) }
        return try await resolve(path, followingLast: false)?.entry
    }

    package func children(of path: TreePath) async throws(TreeError) -> [TreeEntry] {
        let folder = try await resolveFolder(path)
        return try await tree(of: folder.entry, path: path).entries
    }

    package func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8] {
        let (_, entry) = try await resolveFile(path)
        let id = try entry.gitID(path)
        let (size, bytes) = try await at(path) { database throws(ObjectError) in
            try await database.smallBlob(id, limit: limit)
        }
        guard size <= limit, let bytes else { throw .tooLarge(path, bytes: size, limit: Int64(limit)) }
        if LargeFilePointer.matches(bytes) { throw .largeFilePointer(path) }
        return bytes
    }

    package func blob(at path: TreePath) async throws(TreeError) -> BlobReference {
        let (_, entry) = try await resolveFile(path)
        let id = try entry.gitID(path)
        // What is small is likely to be wanted next, and only small files can be pointers.
        let (size, bytes) = try await at(path) { database throws(ObjectError) in
            try await database.smallBlob(id, limit: 32 << 10)
        }
        if let bytes, LargeFilePointer.matches(bytes) { throw .largeFilePointer(path) }
        return BlobReference(
            path: path, id: .git(id), size: size, executable: entry.kind == .file(executable: true))
    }

    package func stream(_ blob: BlobReference, _ body: (ArraySlice<UInt8>) throws -> Void) async throws {
        try await database.stream(blob, body)
    }

    /// Names the path in the errors of the database.
    private func at<Result>(
        _ path: TreePath, _ body: (ObjectDatabase) async throws(ObjectError) -> Result
    ) async throws(TreeError) -> Result {
        do throws(ObjectError) {
            return try await body(database)
        } catch {
            throw TreeError(error, path: path)
        }
    }

    private func tree(of folder: TreeEntry?, path: TreePath) async throws(TreeError) -> PackedTree {
        let id = try folder?.gitID(path) ?? root
        return try await at(path) { database throws(ObjectError) in try await database.tree(id) }
    }
}

extension GitTree: TreeSteps {
    package func entry(
        _ name: [UInt8], in folder: TreeEntry?, path: TreePath
    ) async throws(TreeError) -> TreeEntry? {
        try await tree(of: folder, path: path.parent ?? .root).entry(named: name)
    }

    package func target(of link: TreeEntry, path: TreePath) async throws(TreeError) -> [UInt8] {
        let id = try link.gitID(path)
        return try await at(path) { database throws(ObjectError) in
            try await database.read(id, as: .blob, limit: 4096)
        }
    }
}

extension ObjectDatabase: BlobReader {
    package func stream(_ blob: BlobReference, _ body: (ArraySlice<UInt8>) throws -> Void) async throws {
        guard case .git(let id) = blob.id else {
            throw TreeError.unavailable(reason: "\(blob.path): \(blob.id) is no object of a Git repository")
        }
        if let bytes = cachedBlob(id) { return try body(bytes[...]) }
        do {
            try await stream(id, size: blob.size, body)
        } catch let error as ObjectError {
            throw TreeError(error, path: blob.path)
        }
    }
}

extension TreeEntry {
    fileprivate func gitID(_ path: TreePath) throws(TreeError) -> GitID {
        guard case .git(let id) = id else { throw .corrupt(path, reason: "it is no object of a Git repository") }
        return id
    }
}

extension TreeError {
    init(_ error: ObjectError, path: TreePath) {
        switch error {
        case .missing(let id): self = .missingContent(path, .git(id))
        case .tooLarge(_, let bytes, let limit): self = .tooLarge(path, bytes: bytes, limit: limit)
        case .corrupt(_, let reason): self = .corrupt(path, reason: reason)
        case .wrongKind: self = .corrupt(path, reason: error.description)
        case .unavailable(let reason): self = .unavailable(reason: reason)
        }
    }
}
