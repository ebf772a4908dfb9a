// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// A mirror that lost something is made anew beside the old one, which stays in use until the new one holds all that
/// matters: what the server has of what is followed, and what was accepted.
extension Mirror {
    /// At most so often without a failure, so that a fault that fetching does not mend costs little.
    private static let pause = Duration.seconds(300)

    /// Whether it may be made anew now, should that be necessary.
    var mayRepair: Bool { repairs.isDue(at: clocks.monotonic()) }

    /// Looks whether a failed fetch was the mirror's own fault, and makes it anew if so. True when it is new.
    @discardableResult
    func examine(after failure: SourceFailure) async -> Bool {
        switch failure {
        case .corrupt, .noRepository, .failed: break
        default: return false
        }
        guard mayRepair, folder.exists else { return false }
        guard (try? await fetcher.isSound()) == false else {
            repairs.failed(at: clocks.monotonic(), every: Self.pause, retryAfter: nil, jitter: jitter())
            return false
        }
        database.noteDamage(.corrupt)
        return await repair()
    }

    /// True when the mirror is new.
    @discardableResult
    func repair() async -> Bool {
        guard mayRepair else { return false }
        if database.damage == .missing, (try? await fetcher.isSound()) == true {
            database.forgetDamage()
            repairs.succeeded(at: clocks.monotonic(), every: Self.pause, jitter: jitter())
            return false
        }
        let fresh = folder.fresh
        defer { fresh.delete() }
        do throws(SourceFailure) {
            fresh.delete()
            try fresh.create(hash ?? .sha1)
            try await fill(fresh)
            try folder.exchange(with: fresh)
            database.reopen()
            rebuilds += 1
            record(follows)
            repairs.succeeded(at: clocks.monotonic(), every: Self.pause, jitter: jitter())
            return true
        } catch {
            repairs.failed(at: clocks.monotonic(), every: .seconds(60), retryAfter: nil, jitter: jitter())
            return false
        }
    }

    private func fill(_ fresh: MirrorFolder) async throws(SourceFailure) {
        var fetcher = fetcher
        fetcher.folder = fresh
        let follows = follows
        let named = follows.filter { $0.reference != nil }
        let there = named.isEmpty ? [:] : try await fetcher.list(Set(named.map(\.asked))).references
        // One by one, because what the server does not have whole is no reason to stay with a damaged mirror.
        var failure: SourceFailure?
        var fetched = 0
        for follow in follows where follow.reference == nil || there[follow.asked] != nil {
            do throws(SourceFailure) {
                try await fetcher.fetch([follow])
                fetched += 1
            } catch {
                guard error.isAboutContent else { throw error }
                failure = error
            }
        }
        if let failure, fetched == 0 { throw failure }
        for reference in try await self.fetcher.kept() { try await keep(reference, in: fetcher) }
    }

    /// Lets the new mirror hold what was accepted: mostly it came with what is followed. The server may have forgotten it,
    /// then it is taken out of the old mirror, as far as that is whole.
    private func keep(_ reference: (name: String, commit: CommitID), in fetcher: Fetcher) async throws(SourceFailure) {
        if (try? await fetcher.keep([reference])) != nil { return }
        if (try? await fetcher.copy(reference.name, from: folder)) != nil { return }
        do throws(SourceFailure) {
            try await fetcher.fetch(["+\(reference.commit.hex):\(reference.name)"])
        } catch {
            guard error.isAboutContent else { throw error }
            // Nobody has it whole. A half of it is better than nothing while it is deployed.
            let isDeployed = reference.name.hasPrefix("refs/trimtab/accepted/")
            if isDeployed, (try? await database.commit(reference.commit)) != nil { throw error }
        }
    }
}
