// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model
import SystemPackage

/// A branch of somebody's repository to which files are added, a commit at a time. Nothing that is there is ever changed:
/// a push goes forward only, and a branch that no longer holds what was pushed last is refused.
package actor Publication {
    package nonisolated let address: RepositoryAddress
    package nonisolated let branch: Text
    private let fetcher: Fetcher
    private let turnstile = Turnstile()

    /// What was pushed last, and what the branch was seen at.
    private static let published = "refs/trimtab/accepted/published"
    private static let seen = "refs/trimtab/seen/branch"

    init(_ fetcher: Fetcher, branch: Text) {
        self.fetcher = fetcher
        self.branch = branch
        address = fetcher.address
    }

    package struct Author: Sendable {
        package var name: Text
        package var email: Text

        package init(name: Text, email: Text) {
            self.name = name
            self.email = email
        }
    }

    /// Adds a file, unless the branch has one of that name.
    ///
    /// - Parameters:
    ///   - path: of plain names, joined by slashes.
    ///   - time: of the commit.
    /// - Returns: the commit that holds it, which the server has.
    @discardableResult
    package func add(
        _ bytes: [UInt8], at path: String, message: Text, by author: Author, time: Time
    ) async throws(SourceFailure) -> CommitID {
        await turnstile.enter()
        do throws(SourceFailure) {
            let commit = try await addInTurn(bytes, at: path, message: message, by: author, time: time)
            await turnstile.leave()
            return commit
        } catch {
            await turnstile.leave()
            throw error
        }
    }

    private func addInTurn(
        _ bytes: [UInt8], at path: String, message: Text, by author: Author, time: Time
    ) async throws(SourceFailure) -> CommitID {
        let follow = Follow.branch(branch)
        try follow.check()
        // A git that was killed leaves a lock behind, which would stop all after it.
        _ = fetcher.folder.ifUnlocked { fetcher.folder.removeLeftovers() }
        let there = try await fetcher.list([reference]).references[reference]
        try fetcher.folder.create(there?.hex.utf8.count == 64 ? .sha256 : .sha1)
        let head = try there.map { id throws(SourceFailure) -> CommitID in
            guard let commit = CommitID(hex: id.hex) else { throw .missing(follow) }
            return commit
        }
        if let head { try await catchUp(with: head) }
        let last = try await fetcher.commit(at: Self.published)
        if let last {
            guard let head, try await fetcher.descends(head, from: last) else {
                guard let head else { throw .missing(follow) }
                throw .rewritten(from: last, to: head)
            }
        }
        if let head, try await fetcher.holds(path, in: head) {
            if last != head { try await fetcher.keep([(Self.published, head)]) }
            return head
        }
        let commit = try await fetcher.commit(
            adding: bytes, at: path, to: head, message: message, by: author, seconds: time.nanoseconds / 1_000_000_000)
        try await fetcher.push(commit, to: reference)
        try await fetcher.keep([(Self.published, commit)])
        return commit
    }

    private var reference: String { "refs/heads/\(branch)" }

    private func catchUp(with head: CommitID) async throws(SourceFailure) {
        guard try await fetcher.commit(at: head.hex) == nil else { return }
        try await fetcher.fetch(["+\(reference):\(Self.seen)"])
        guard try await fetcher.commit(at: head.hex) != nil else {
            throw .failed(reason: "\(address): the branch \(branch) moved while it was fetched")
        }
    }
}
