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
            look.accepted = before?.commit
            if let failure = finding.failure { throw failure }
            guard let id = finding.id else { throw .missing(follow) }
            if let known = decided[follow], known.id == id, known.before == before {
                (look.accepted, look.failure) = (known.look.accepted, known.look.failure)
                return look
            }
            do throws(SourceFailure) {
                look.accepted = try await accept(id, follow, before, isConfirmed: false)
            } catch {
                look.failure = error
                // What may be different the next time is decided again then.
                if error.isTransient { return look }
            }
            decided[follow] = Decision(id: id, before: try record(of: follow), look: look)
        } catch {
            look.failure = error
        }
        return look
    }

    /// A person accepts what the server has now although it does not descend from what was accepted. Signatures are asked
    /// for as ever.
    package func confirm(_ commit: CommitID, of follow: Follow) async throws(SourceFailure) {
        let finding = await mirror.find(follow, every: rules.interval)
        if let failure = finding.failure { throw failure }
        guard let id = finding.id else { throw .missing(follow) }
        guard try await peel(id, follow).commit == commit else {
            throw .failed(reason: "the \(follow) is not at \(commit.short) any more; look again")
        }
        _ = try await accept(id, follow, try record(of: follow), isConfirmed: true)
        decided[follow] = nil
    }

    /// What a branch, tag or commit stands for, without following it: for looks at what is not deployed. Signatures are
    /// asked for as ever.
    package func preview(_ follow: Follow) async throws(SourceFailure) -> CommitID {
        let finding = await mirror.find(follow, every: rules.interval, since: mirror.now)
        if let failure = finding.failure { throw failure }
        guard let id = finding.id else { throw .missing(follow) }
        let peeled = try await peel(id, follow)
        try await verify(peeled, follow)
        return peeled.commit
    }

    private func accept(
        _ id: GitID, _ follow: Follow, _ before: AcceptedCommits.Entry?, isConfirmed: Bool
    ) async throws(SourceFailure) -> CommitID {
        let peeled = try await peel(id, follow)
        let entry = AcceptedCommits.Entry(commit: peeled.commit, keys: rules.keys?.digest)
        if entry == before { return entry.commit }
        try await verify(peeled, follow)
        var keep = [(name: "refs/trimtab/accepted/\(key(of: follow))", commit: entry.commit)]
        if let before, try await !mirror.fetcher.descends(entry.commit, from: before.commit) {
            guard rules.allowsRewrites || isConfirmed else {
                throw .rewritten(from: before.commit, to: entry.commit)
            }
            // Nothing else leads to it any more, and somebody may want to go back.
            if (try? await database.info(before.commit.id)) != nil {
                keep.append((name: "refs/trimtab/kept/\(before.commit.hex)", commit: before.commit))
            }
        }
        try await mirror.fetcher.keep(keep)
        try acceptances.write(entry, for: key(of: follow), about: "\(mirror.address) \(follow)")
        records[follow] = entry
        return entry.commit
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
            case .missing, .tooLarge, .corrupt: throw .corrupt(reason: error.description)
            }
        }
        throw .notACommit(follow, reason: "it is a tag of a tag of a tag, and so on")
    }

    /// The signature of the tag that is followed; of the commit when the tag carries none, or no tag is followed.
    private func verify(_ peeled: Peeled, _ follow: Follow) async throws(SourceFailure) {
        guard let keys = rules.keys else { return }
        verifications += 1
        if case .tag(let name) = follow, let tag = peeled.tags.first, tag.signature != .none {
            guard tag.name.elementsEqual(name.utf8) else {
                throw .untrusted("the \(follow)", reason: "it was made for the tag \(printable(tag.name))")
            }
            try await verifier.verify(tag.signature, of: "the \(follow)", with: keys)
        } else {
            try await verifier.verify(
                peeled.content.signature, of: "the commit \(peeled.commit.short)", with: keys)
        }
    }

    private func key(of follow: Follow) -> String {
        String(Digest(of: "\(rules.name)\0\(mirror.address)\0\(follow)".utf8).hex.prefix(40))
    }
}
