// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import GitSource
import Manifest
import Model
import Rendering

/// One place that content comes from: a Git repository, read from its mirror, or a plain folder.
struct Repository: Sendable {
    enum Kind: Sendable {
        case git(TrackedSource)
        case folder(FolderTree)
    }

    /// For people: an address without credentials, or a path.
    let place: Text
    let kind: Kind
    /// What is followed when nothing is said.
    var ownFollow = Follow.head

    /// What is accepted of a branch, tag or commit, and what is wrong now. Of a plain folder nothing is known.
    ///
    /// - Parameter moment: The server is asked if it was not since then; otherwise when that is due.
    func look(at follow: Application.Follow?, since moment: Moment?) async -> SourceLook {
        guard case .git(let source) = kind else { return SourceLook() }
        return await source.look(at: self.follow(follow), since: moment)
    }

    /// Whether both read one copy, under the same rules.
    func isSame(as other: Repository) -> Bool {
        switch (kind, other.kind) {
        case (.git(let own), .git(let its)): own === its
        case (.folder, .folder): place == other.place
        default: false
        }
    }

    var mirror: GitSource.Mirror? { if case .git(let source) = kind { source.mirror } else { nil } }

    func follow(_ follow: Application.Follow?) -> Follow {
        switch follow {
        case .branch(let name): .branch(name)
        case .tag(let name): .tag(name)
        case .commit(let commit): .commit(commit)
        case nil: ownFollow
        }
    }

    /// A branch, tag or full commit id, as people name it, without following it.
    func resolve(revision: Text) async throws(ContentFailure) -> CommitID? {
        guard case .git(let source) = kind else { return CommitID(hex: revision.string) }
        do throws(SourceFailure) {
            if let commit = CommitID(hex: revision.string) { return try await source.preview(.commit(commit)) }
            do throws(SourceFailure) { return try await source.preview(.branch(revision)) } catch {
                guard case .missing = error else { throw error }
                return try await source.preview(.tag(revision))
            }
        } catch {
            guard case .missing = error else { throw ContentFailure("\(error)") }
            throw ContentFailure("\(place): has no branch, tag or commit \(revision)", isMissing: true)
        }
    }

    /// The tree of a commit; what lies in the folder when there is none.
    func tree(of commit: CommitID?) async throws(ContentFailure) -> SourceTree {
        switch kind {
        case .folder(let tree): return SourceTree(reader: tree, blobs: tree)
        case .git(let source):
            guard let commit else { throw ContentFailure("\(place): no commit is named") }
            do throws(ObjectError) {
                let tree = GitTree(root: try await source.database.commit(commit).tree, in: source.database)
                return SourceTree(reader: tree, blobs: tree)
            } catch {
                throw ContentFailure("\(place): the commit \(commit.short) cannot be read: \(error)")
            }
        }
    }

    /// The contents of files by their identity, whatever commit they belong to: nothing is read before one is asked for.
    var blobs: any BlobReader {
        switch kind {
        case .folder(let tree): tree
        case .git(let source): source.database
        }
    }

    /// What one commit changed of another; `nil` for a folder, and for more than can be listed.
    func delta(from old: CommitID, to new: CommitID) async throws -> TreeDelta? {
        guard case .git(let source) = kind else { return nil }
        let (before, after) = (
            GitTree(root: try await source.database.commit(old).tree, in: source.database),
            GitTree(root: try await source.database.commit(new).tree, in: source.database)
        )
        let changes = try await source.database.changes(from: before.root, to: after.root)
        guard !changes.isCut else { return nil }
        func paths(_ kind: TreeChanges.Kind) -> [TreePath] { changes.changes.filter { $0.kind == kind }.map(\.path) }
        return try await TreeDelta(
            added: paths(.added), changed: paths(.changed), removed: paths(.removed), from: before, to: after)
    }
}

struct SourceTree: Sendable {
    var reader: any TreeReader
    var blobs: any BlobReader
}

/// Why content cannot be had.
struct ContentFailure: Error, CustomStringConvertible {
    var reason: String
    /// Whether what was named by a person is not there.
    var isMissing: Bool

    init(_ reason: String, isMissing: Bool = false) {
        self.reason = reason
        self.isMissing = isMissing
    }

    var description: String { reason }
}
