// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import SystemPackage

/// What it takes to make a commit without a working copy, and to push it.
extension Fetcher {
    /// For what only touches this disk.
    private static let small = Duration.seconds(60)

    /// What a reference or an id leads to; `nil` when it is not here.
    func commit(at name: String) async throws(SourceFailure) -> CommitID? {
        let outcome = try await run(reading(["rev-parse", "--quiet", "--verify", "\(name)^{commit}"]))
        return outcome.succeeded ? CommitID(hex: Self.line(outcome.output)) : nil
    }

    /// Whether a commit has a file of that name.
    func holds(_ path: String, in commit: CommitID) async throws(SourceFailure) -> Bool {
        let outcome = try await checked(reading(["ls-tree", "--name-only", "-z", commit.hex, "--", path]))
        return !outcome.output.isEmpty
    }

    /// A commit that has one file more than its parent.
    func commit(
        adding bytes: [UInt8], at path: String, to parent: CommitID?, message: Text, by author: Publication.Author,
        seconds: Int64
    ) async throws(SourceFailure) -> CommitID {
        var hashing = writing(["hash-object", "-w", "--stdin"], deadline: Self.small)
        hashing.input = bytes
        let blob = Self.line(try await checked(hashing).output)
        // An index of its own, which each commit begins anew.
        let index = folder.path.appending("trimtab.index").string
        func indexed(_ arguments: [String]) -> Command {
            var command = writing(arguments, deadline: Self.small)
            command.environment["GIT_INDEX_FILE"] = index
            return command
        }
        _ = try await checked(indexed(parent.map { ["read-tree", $0.hex] } ?? ["read-tree", "--empty"]))
        _ = try await checked(indexed(["update-index", "--add", "--cacheinfo", "100644,\(blob),\(path)"]))
        let tree = Self.line(try await checked(indexed(["write-tree"])).output)
        var command = writing(
            ["commit-tree", tree, "-F", "-"] + (parent.map { ["-p", $0.hex] } ?? []), deadline: Self.small)
        command.input = Array(message.utf8) + [0x0A]
        for role in ["AUTHOR", "COMMITTER"] {
            command.environment["GIT_\(role)_NAME"] = author.name.string
            command.environment["GIT_\(role)_EMAIL"] = author.email.string
            command.environment["GIT_\(role)_DATE"] = "\(seconds) +0000"
        }
        guard let commit = CommitID(hex: Self.line(try await checked(command).output)) else {
            throw .failed(reason: "\(address): git made no commit")
        }
        return commit
    }

    /// Forward only: a server whose branch has gone elsewhere meanwhile refuses it.
    func push(_ commit: CommitID, to reference: String) async throws(SourceFailure) {
        let outcome = try await talk(
            writing(
                [
                    "push", "--quiet", "--no-verify", "--end-of-options", address.description,
                    "\(commit.hex):\(reference)",
                ],
                deadline: limits.fetching))
        guard outcome.succeeded else {
            throw SourceFailure(of: outcome, at: address, deadline: limits.fetching, sizeLimit: limits.pack)
        }
    }

    private func checked(_ command: Command) async throws(SourceFailure) -> Command.Outcome {
        let outcome = try await run(command)
        guard outcome.succeeded else {
            throw SourceFailure(of: outcome, at: address, deadline: command.deadline, sizeLimit: limits.pack)
        }
        return outcome
    }

    private static func line(_ output: [UInt8]) -> String {
        String(decoding: output.prefix { $0 != 0x0A }, as: UTF8.self)
    }
}
