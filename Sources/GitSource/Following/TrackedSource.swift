// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// A source: follows branches, tags and commits of one mirror, forward only, and accepts what its rules let through.
package actor TrackedSource {
    package nonisolated let mirror: Mirror
    private let rules: SourceRules
    private let acceptances: AcceptedCommits
    private let verifier: SignatureVerifier
    private var decided: [Follow: Decision] = [:]
    /// The records as they are on the disk: nobody else writes them.
    private var records: [Follow: AcceptedCommits.Entry?] = [:]
    /// How often a signature was checked, for tests and metrics.
    package private(set) var verifications = 0

    /// What was decided about an object of the server, and what had been accepted then: while neither changes, nothing is
    /// decided again.
    private struct Decision {
        var id: GitID
        var before: AcceptedCommits.Entry?
        /// ``Mirror/rebuilds``
        var rebuilds: Int
        var look: SourceLook
    }

    package init(
        _ rules: SourceRules, of mirror: Mirror, acceptances: AcceptedCommits, verifier: SignatureVerifier
    ) {
        self.rules = rules
        self.mirror = mirror
        self.acceptances = acceptances
        self.verifier = verifier
    }

    package nonisolated var database: ObjectDatabase { mirror.database }

    /// What is accepted, after asking the server if that is due, or if it was not asked since `moment`.
    package func look(at follow: Follow, since moment: Moment? = nil) async -> SourceLook {
        let finding = await mirror.find(follow, every: rules.interval, since: moment)
        var look = SourceLook(asked: finding.asked, next: finding.next)
        do throws(SourceFailure) {
            let before = try record(of: follow)
            (look.accepted, look.signer) = (before?.commit, before?.signer)
            if let failure = finding.failure { throw failure }
            guard let id = finding.id else { throw .missing(follow) }
            if let known = decided[follow], known.id == id, known.before == before,
                known.rebuilds == finding.rebuilds
            {
                (look.refused, look.failure) = (known.look.refused, known.look.failure)
                return look
            }
            do throws(SourceFailure) {
                let peeled = try await peel(id, follow)
                look.refused = peeled.commit
                let entry = try await examine(peeled, follow, before)
                if entry != before {
                    try await accept(entry, follow, before, parents: peeled.content.parents, isConfirmed: false)
                }
                (look.accepted, look.signer, look.refused) = (entry.commit, entry.signer, nil)
            } catch {
                look.failure = error
                // What may be different the next time is decided again then.
                guard error.isVerdict else { return look }
            }
            decided[follow] = Decision(
                id: id, before: try record(of: follow), rebuilds: finding.rebuilds, look: look)
        } catch {
            look.failure = error
        }
        return look
    }

    /// What is on record of it, without asking the server.
    package func known(_ follow: Follow) -> SourceLook {
        let entry = try? record(of: follow)
        return SourceLook(accepted: entry?.commit, signer: entry?.signer)
    }

    /// A person accepts what the server has now although it does not descend from what was accepted. Signatures are asked
    /// for as ever.
    ///
    /// - Parameter record: is called when nothing speaks against it, with what it takes the place of, before it counts;
    ///   what it throws stops the act.
    package func confirm(
        _ commit: CommitID, of follow: Follow,
        record: @Sendable (_ before: CommitID?) async throws(SourceFailure) -> Void
    ) async throws(SourceFailure) {
        let finding = await mirror.find(follow, every: rules.interval)
        if let failure = finding.failure { throw failure }
        guard let id = finding.id else { throw .missing(follow) }
        let peeled = try await peel(id, follow)
        guard peeled.commit == commit else {
            throw .failed(reason: "the \(follow) is not at \(commit.short) any more; look again")
        }
        let before = try self.record(of: follow)
        let entry = try await examine(peeled, follow, before)
        try await record(before?.commit)
        try await accept(entry, follow, before, parents: peeled.content.parents, isConfirmed: true)
        decided[follow] = nil
    }

    /// What a branch, tag or commit stands for, without following it: for looks at what is not deployed. Signatures are
    /// asked for as ever.
    package func preview(_ follow: Follow) async throws(SourceFailure) -> CommitID {
        let finding = await mirror.glance(at: follow)
        if let failure = finding.failure { throw failure }
        guard let id = finding.id else { throw .missing(follow) }
        let peeled = try await peel(id, follow)
        _ = try await verify(peeled, follow)
        return peeled.commit
    }

    /// What would be on record of a commit once it is accepted; throws when its signature is not as the rules ask. What
    /// was verified with the same keys is not verified again.
    private func examine(
        _ peeled: Peeled, _ follow: Follow, _ before: AcceptedCommits.Entry?
    ) async throws(SourceFailure) -> AcceptedCommits.Entry {
        if let before, before.commit == peeled.commit, before.keys == rules.keys?.digest { return before }
        let signer = try await verify(peeled, follow)
        return AcceptedCommits.Entry(commit: peeled.commit, keys: rules.keys?.digest, signer: signer)
    }

    private func accept(
        _ entry: AcceptedCommits.Entry, _ follow: Follow, _ before: AcceptedCommits.Entry?, parents: [CommitID],
        isConfirmed: Bool
    ) async throws(SourceFailure) {
        var keep = [(name: "refs/trimtab/accepted/\(key(of: follow))", commit: entry.commit)]
        // Mostly one commit follows another: then nobody has to walk through history.
        if let before, !parents.contains(before.commit), try await !descends(entry.commit, from: before.commit) {
            guard rules.allowsRewrites || isConfirmed else {
                throw .rewritten(from: before.commit, to: entry.commit)
            }
            // Nothing else leads to it any more, and somebody may want to go back.
            if (try? await database.info(before.commit.id)) != nil {
                keep.append((name: "refs/trimtab/kept/\(before.commit.hex)", commit: before.commit))
            }
        }
        if !mirror.folder.point(keep) { try await mirror.fetcher.keep(keep) }
        try acceptances.write(entry, for: key(of: follow), about: "\(mirror.address) \(follow)")
        records[follow] = entry
    }

    /// ``Fetcher/descends(_:from:)``, unless the mirror lost what was accepted and may find it again.
    private func descends(_ later: CommitID, from earlier: CommitID) async throws(SourceFailure) -> Bool {
        do throws(SourceFailure) {
            if try await mirror.fetcher.descends(later, from: earlier) { return true }
            do throws(ObjectError) { _ = try await database.commit(earlier) } catch {
                if await mirror.mayRepair { throw SourceFailure.corrupt(reason: "\(error); the mirror is made anew") }
            }
            return false
        } catch {
            if case .corrupt = error { database.noteDamage(.missing) }
            throw error
        }
    }

    private func record(of follow: Follow) throws(SourceFailure) -> AcceptedCommits.Entry? {
        if let known = records[follow] { return known }
        let entry = try acceptances.read(key(of: follow))
        records[follow] = .some(entry)
        return entry
    }

    private struct Peeled {
        var commit: CommitID
        var content: Commit
        /// The tags on the way, the outermost first.
        var tags: [Tag] = []
    }

    /// Follows a tag to its commit.
    private func peel(_ id: GitID, _ follow: Follow) async throws(SourceFailure) -> Peeled {
        do throws(ObjectError) {
            var id = id
            var tags: [Tag] = []
            for _ in 0..<8 {
                switch try await database.info(id).kind {
                case .commit:
                    let commit = CommitID(id)
                    return Peeled(commit: commit, content: try await database.commit(commit), tags: tags)
                case .tag:
                    let tag = try await database.tag(id)
                    tags.append(tag)
                    id = tag.object
                case .tree: throw .wrongKind(id, expected: .commit, found: .tree)
                case .blob: throw .wrongKind(id, expected: .commit, found: .blob)
                }
            }
        } catch {
            switch error {
            case .wrongKind: throw .notACommit(follow, reason: error.description)
            case .unavailable(let reason): throw .failed(reason: reason)
            case .tooLarge: throw .corrupt(reason: error.description)
            case .missing, .corrupt:
                database.noteDamage(.missing)
                throw .corrupt(reason: error.description)
            }
        }
        throw .notACommit(follow, reason: "it is a tag of a tag of a tag, and so on")
    }

    /// Checks the signature of the tag that is followed; of the commit when the tag carries none, or no tag is followed.
    /// - Returns: who signed; `nil` when nobody has to.
    private func verify(_ peeled: Peeled, _ follow: Follow) async throws(SourceFailure) -> Text? {
        guard let keys = rules.keys else { return nil }
        verifications += 1
        if case .tag(let name) = follow, let tag = peeled.tags.first, tag.signature != .none {
            guard tag.name.elementsEqual(name.utf8) else {
                throw .untrusted("the \(follow)", reason: "it was made for the tag \(printable(tag.name))")
            }
            return Text(try await verifier.verify(tag.signature, of: "the \(follow)", with: keys))
        }
        return Text(
            try await verifier.verify(
                peeled.content.signature, of: "the commit \(peeled.commit.short)", with: keys))
    }

    private func key(of follow: Follow) -> String {
        String(Digest(of: "\(rules.name)\0\(mirror.address)\0\(follow)".utf8).hex.prefix(40))
    }
}
