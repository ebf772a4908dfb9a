// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A read-only view of a tree: of a commit, of a folder on disk, or in memory.
///
/// Nothing outside the tree can be named. A symbolic link is followed inside the tree; one that leaves it, or a
/// loop, is ``TreeError/badLink``. Implementations pass the conformance suite in `TestSupport`.
package protocol TreeReader: Sendable {
    /// The entry at a path, links not followed; `nil` when there is none.
    func entry(at path: TreePath) async throws(TreeError) -> TreeEntry?

    /// What kind of entry is at a path, links not followed; `nil` when there is none. Never costs more than ``entry(at:)``.
    func kind(at path: TreePath) async throws(TreeError) -> TreeEntry.Kind?

    /// The direct children of a folder, ordered by the bytes of their names. Throws ``TreeError/notFound`` when
    /// there is no such folder.
    func children(of path: TreePath) async throws(TreeError) -> [TreeEntry]

    /// The whole content of a file, links followed. Throws ``TreeError/tooLarge`` above `limit` bytes.
    func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8]

    /// The file at a path, links followed, as a reference that can be streamed later.
    func blob(at path: TreePath) async throws(TreeError) -> BlobReference
}

extension TreeReader {
    package func kind(at path: TreePath) async throws(TreeError) -> TreeEntry.Kind? {
        try await entry(at: path)?.kind
    }
}

/// Streams the contents of files by their identity.
package protocol BlobReader: Sendable {
    /// Calls `body` with the content piece by piece, in order. Errors of `body` end the stream and are rethrown.
    func stream(_ blob: BlobReference, _ body: (ArraySlice<UInt8>) throws -> Void) async throws
}

package struct TreeEntry: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case file(executable: Bool)
        case folder
        case link
        /// A commit of another repository: refused by name wherever content is needed.
        case submodule
    }

    package var name: [UInt8]
    package var kind: Kind
    /// Names the content: two entries with one id hold the same.
    package var id: ContentID

    package init(name: [UInt8], kind: Kind, id: ContentID) {
        self.name = name
        self.kind = kind
        self.id = id
    }
}

/// The identity of content, by the hash that its store uses.
package enum ContentID: Sendable, Hashable {
    /// Git's hash of the object (a header included).
    case git(GitID)
    /// SHA-256 of the bytes alone.
    case sha256(Digest)
}

extension ContentID: CustomStringConvertible {
    /// `git:…` or `sha256:…`, in hexadecimal digits.
    package var description: String {
        switch self {
        case .git(let id): "git:\(id.hex)"
        case .sha256(let digest): "sha256:\(digest.hex)"
        }
    }

    /// Reads what ``description`` writes.
    package init?(parsing text: some StringProtocol) {
        if text.hasPrefix("git:"), let id = GitID(hex: text.dropFirst(4)) {
            self = .git(id)
        } else if text.hasPrefix("sha256:"), let digest = Digest(hex: text.dropFirst(7)) {
            self = .sha256(digest)
        } else {
            return nil
        }
    }
}

/// A file of a source, by identity: enough to stream it, to compare it and to say where it came from.
package struct BlobReference: Sendable, Hashable {
    package var path: TreePath
    package var id: ContentID
    /// Bytes.
    package var size: Int64
    package var executable: Bool

    package init(path: TreePath, id: ContentID, size: Int64, executable: Bool) {
        self.path = path
        self.id = id
        self.size = size
        self.executable = executable
    }
}

package enum TreeError: Error, Sendable, Hashable {
    case notFound(TreePath)
    case notAFile(TreePath)
    case notAFolder(TreePath)
    /// A link that leaves the tree, loops, or ends nowhere.
    case badLink(TreePath, reason: String)
    case submodule(TreePath)
    /// A pointer of Git LFS, whose content is not in the repository.
    case largeFilePointer(TreePath)
    case tooLarge(TreePath, bytes: Int64, limit: Int64)
    /// The object is named but not there: a partial clone or a damaged repository.
    case missingContent(TreePath, ContentID)
    case corrupt(TreePath, reason: String)
    /// The store itself failed: the disk, a process.
    case unavailable(reason: String)

    /// What it is about; `nil` when that is the store.
    package var path: TreePath? {
        switch self {
        case .notFound(let path), .notAFile(let path), .notAFolder(let path), .badLink(let path, _),
            .submodule(let path), .largeFilePointer(let path), .tooLarge(let path, _, _), .missingContent(let path, _),
            .corrupt(let path, _):
            path
        case .unavailable: nil
        }
    }
}

extension TreeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let path): "\(path): no such file or folder in the source"
        case .notAFile(let path): "\(path): is not a file"
        case .notAFolder(let path): "\(path): is not a folder"
        case .badLink(let path, let reason): "\(path): a symbolic link that \(reason)"
        case .submodule(let path): "\(path): is a Git submodule; declare its repository as a source instead"
        case .largeFilePointer(let path): "\(path): is a Git LFS pointer; its content is not in the repository"
        case .tooLarge(let path, let bytes, let limit): "\(path): has \(bytes) bytes, more than the limit of \(limit)"
        case .missingContent(let path, let id): "\(path): its content \(id) is missing from the repository"
        case .corrupt(let path, let reason): "\(path): is damaged: \(reason)"
        case .unavailable(let reason): reason
        }
    }
}
