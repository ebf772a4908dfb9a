// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Foundation
import GitSource
import Manifest
import Model
import NIOPosix
import Subprocess
import SystemPackage

/// One place that content comes from: a local Git repository or a plain folder. Fetching from elsewhere comes with the
/// mirrors.
struct Repository: Sendable {
    enum Kind: Sendable {
        case git(ObjectDatabase)
        case folder(FolderTree)
    }

    let path: String
    let kind: Kind
    private let environment = GitEnvironment()

    /// A folder that holds `.git`, or is a bare repository, is read through its object database; any other as it lies
    /// there.
    init(path: String) throws(ContentFailure) {
        self.path = path
        let manager = FileManager.default
        let inner = path + "/.git"
        let gitFolder = manager.fileExists(atPath: inner) ? inner : path
        if manager.fileExists(atPath: gitFolder + "/HEAD"), manager.fileExists(atPath: gitFolder + "/objects") {
            kind = .git(
                ObjectDatabase(
                    repository: FilePath(gitFolder), environment: GitEnvironment(), threads: .singleton))
        } else {
            do throws(TreeError) { kind = .folder(try FolderTree(FilePath(path))) } catch {
                throw ContentFailure("\(path): \(error)")
            }
        }
    }

    /// What a branch, tag or commit stands for now; of the branch that `HEAD` names when nothing is said. `nil` for a
    /// plain folder.
    func resolve(_ follow: Application.Follow?) async throws(ContentFailure) -> CommitID? {
        guard case .git = kind else { return nil }
        let reference: String
        switch follow {
        case .commit(let commit): return commit
        case .branch(let name): reference = "refs/heads/\(name)"
        case .tag(let name): reference = "refs/tags/\(name)"
        case nil: reference = "HEAD"
        }
        return try await resolve(reference: reference)
    }

    /// A branch, tag or full commit id, as people name it.
    func resolve(revision: Text) async throws(ContentFailure) -> CommitID? {
        if let commit = CommitID(hex: revision.string) { return commit }
        guard case .git = kind else { return nil }
        do throws(ContentFailure) {
            return try await resolve(reference: "refs/heads/\(revision)")
        } catch {
            return try await resolve(reference: "refs/tags/\(revision)")
        }
    }

    private func resolve(reference: String) async throws(ContentFailure) -> CommitID {
        var variables: [Environment.Key: String] = [:]
        for (key, value) in environment.variables { variables[Environment.Key(stringLiteral: key)] = value }
        do {
            let result = try await run(
                .path(environment.executable),
                arguments: [
                    "-c", "safe.directory=*", "-C", path, "rev-parse", "--verify", "--quiet", "--end-of-options",
                    "\(reference)^{commit}",
                ], environment: .custom(variables), output: .string(limit: 4096), error: .discarded)
            let text = result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
            guard result.terminationStatus.isSuccess, let commit = CommitID(hex: text) else {
                throw ContentFailure("\(path): there is no \(printable(reference.utf8))")
            }
            return commit
        } catch let error as ContentFailure {
            throw error
        } catch {
            throw ContentFailure("\(path): git cannot be asked: \(error)")
        }
    }

    /// The tree of a commit; what lies in the folder when there is none.
    func tree(of commit: CommitID?) async throws(ContentFailure) -> SourceTree {
        switch kind {
        case .folder(let tree): return SourceTree(reader: tree, blobs: tree)
        case .git(let database):
            guard let commit else { throw ContentFailure("\(path): no commit is named") }
            do {
                let bytes = try await database.read(commit.id, as: .commit, limit: 1 << 20)
                let parsed = try Commit(parsing: bytes)
                let tree = GitTree(root: parsed.tree, in: database)
                return SourceTree(reader: tree, blobs: tree)
            } catch {
                throw ContentFailure("\(path): the commit \(commit.short) cannot be read: \(error)")
            }
        }
    }

    func close() {
        if case .git(let database) = kind { database.close() }
    }
}

struct SourceTree: Sendable {
    var reader: any TreeReader
    var blobs: any BlobReader
}

/// Why content cannot be had.
struct ContentFailure: Error, CustomStringConvertible {
    var reason: String

    init(_ reason: String) { self.reason = reason }

    var description: String { reason }
}
