// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import SystemPackage

/// The bare copy of one repository, and the one who fetches into it.
package actor Mirror {
    package nonisolated let address: RepositoryAddress
    /// Reads what was fetched.
    package nonisolated let database: ObjectDatabase
    nonisolated let fetcher: Fetcher
    nonisolated let folder: MirrorFolder
    nonisolated let clocks: Clocks
    let jitter: @Sendable () -> Double

    private var schedule = PollSchedule()
    private var interests: [Follow: Interest] = [:]
    /// What is looked at once, and by how many at this moment: nobody asks for it again, since people name what they
    /// like.
    private var glances: [Follow: Int] = [:]
    private var answers: [Follow: Result<GitID, SourceFailure>] = [:]
    /// References of what nobody followed when it was last looked: names beneath ``MirrorFolder/seen``.
    private var passing: Set<String> = []
    /// When it was last tried, and when it last answered.
    private var tried: Moment?
    private var asked: Time?
    /// Why the last look as a whole failed; what was found before stays.
    private var outage: SourceFailure?
    private let turnstile = Turnstile()
    /// Those who have their turn, and those who wait for it.
    private var turns = 0
    /// How often the server was asked, for tests and metrics.
    package private(set) var polls = 0
    /// How many fetches needed no walk through what was there, for tests and metrics.
    package internal(set) var taken = 0
    /// Packs that were still there after they were joined last; where that fails, all of them.
    private var lastingPacks = 0
    /// When the mirror may be looked at and made anew again.
    var repairs = PollSchedule()
    /// How often it was made anew.
    package var rebuilds = 0

    /// How often somebody wants to know of something, and when they asked last.
    private struct Interest {
        var interval: Duration
        var asked: Moment
    }

    /// What nobody asked for since then is followed no more.
    private static let memory = Duration.seconds(2 * 3600)

    /// Things that are looked at once, at a time.
    package static let glanceLimit = 16

    /// All that the server is asked for.
    package var follows: [Follow] { Array(Set(interests.keys).union(glances.keys)) }

    /// What is known of one thing that is followed.
    struct Finding: Sendable {
        /// The object that the server had when it was last asked with success.
        var id: GitID?
        var failure: SourceFailure?
        /// When the server last answered.
        var asked: Time?
        var next: Time?
        /// How often the mirror was made anew: what was found wrong with its content before that counts no more.
        var rebuilds = 0
    }

    init(
        _ address: RepositoryAddress, folder: MirrorFolder, fetcher: Fetcher, database: ObjectDatabase, clocks: Clocks,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.address = address
        self.folder = folder
        self.fetcher = fetcher
        self.database = database
        self.clocks = clocks
        self.jitter = jitter
    }

    /// What the server has. It is asked when that is due, when it was never asked for this, or when it was not asked
    /// since `moment`.
    func find(_ follow: Follow, every interval: Duration, since moment: Moment? = nil) async -> Finding {
        do throws(SourceFailure) { try follow.check() } catch { return Finding(failure: error) }
        interests[follow] = Interest(interval: interval, asked: clocks.monotonic())
        return await finding(of: follow, since: moment)
    }

    /// What the server has now, without following it from then on.
    func glance(at follow: Follow) async -> Finding {
        do throws(SourceFailure) { try follow.check() } catch { return Finding(failure: error) }
        guard glances[follow] != nil || glances.count < Self.glanceLimit else {
            let reason = "\(address): \(Self.glanceLimit) other revisions are looked at just now; try again soon"
            return Finding(failure: .failed(reason: reason))
        }
        glances[follow, default: 0] += 1
        passing.remove(follow.seenName)
        let finding = await finding(of: follow, since: clocks.monotonic())
        glances[follow] = glances[follow].flatMap { $0 > 1 ? $0 - 1 : nil }
        if glances[follow] == nil, interests[follow] == nil { answers[follow] = nil }
        return finding
    }

    /// Lets go of references to what was looked at once, and not since an earlier call: each is a name to tell the server
    /// with every fetch. What they led to stays for whoever still reads it; with the same name it is found again.
    func forgetGlimpses() async {
        // Whoever cleans up waits for no server: there is a next time.
        guard turns == 0 else { return }
        await inTurn {
            let idle = Set(folder.seen).subtracting(follows.map(\.seenName))
            let old = idle.intersection(passing)
            passing = idle.subtracting(old)
            // What cannot be removed now is there the next time.
            if !old.isEmpty { try? await fetcher.drop(old.map { "\(Follow.seenFolder)/\($0)" }) }
        }
    }

    private func finding(of follow: Follow, since moment: Moment?) async -> Finding {
        await inTurn {
            if database.damage != nil { await repair() }
            let now = clocks.monotonic()
            let isKnown = answers[follow] != nil || outage != nil
            let isStale = moment.map { moment in tried.map { $0 < moment } ?? true } ?? false
            if !isKnown || isStale || schedule.isDue(at: now) { await poll(expectsNews: isStale) }
        }
        var finding = Finding(failure: outage, asked: asked, rebuilds: rebuilds)
        switch answers[follow] {
        case .success(let id): finding.id = id
        case .failure(let failure): finding.failure = outage ?? failure
        case nil: break
        }
        if let next = schedule.next {
            finding.next = clocks.wall().advanced(by: next.duration(since: clocks.monotonic()))
        }
        return finding
    }

    /// One at a time; whoever waits sees what the one before found.
    private func inTurn(_ body: () async -> Void) async {
        turns += 1
        await turnstile.enter()
        await body()
        await turnstile.leave()
        turns -= 1
    }

    /// - Parameter expectsNews: somebody has said that there may be something new.
    private func poll(expectsNews: Bool) async {
        polls += 1
        tried = clocks.monotonic()
        forgetUnused()
        let asked = interests.values.map(\.interval).min() ?? .seconds(60)
        // A repository on this machine is looked at by its files.
        let interval = address.transport == .file ? min(asked, .seconds(1)) : asked
        do throws(SourceFailure) {
            do throws(SourceFailure) {
                if expectsNews, try await fetchKnown() { return succeed(every: interval) }
                try await ask()
            } catch {
                // Not the server's fault, perhaps.
                guard await examine(after: error) else { throw error }
                try await ask()
            }
            succeed(every: interval)
        } catch {
            outage = error
            schedule.failed(
                at: clocks.monotonic(), every: interval, retryAfter: error.retryAfter, jitter: jitter())
        }
    }

    /// A branch that the fleet followed once is not asked for until the end of days.
    private func forgetUnused() {
        let now = clocks.monotonic()
        for (follow, interest) in interests where now.duration(since: interest.asked) >= Self.memory {
            interests[follow] = nil
            if glances[follow] == nil { answers[follow] = nil }
        }
    }

    private func succeed(every interval: Duration) {
        outage = nil
        asked = clocks.wall()
        schedule.succeeded(at: clocks.monotonic(), every: interval, jitter: jitter())
    }

    /// Fetches everything that is followed at once, without a question before: where there is something new that saves a
    /// connection, and processes at both ends. False where that cannot be done or does not work out for another reason
    /// than that the server is away; whoever asks first finds out why.
    private func fetchKnown() async throws(SourceFailure) -> Bool {
        let follows = follows
        let here = ownReferences(follows)
        let named = follows.filter { $0.reference != nil }
        // A repository on this machine is asked by its files, which costs nothing.
        guard address.transport != .file, !named.isEmpty, follows.allSatisfy({ here[$0] != nil }) else { return false }
        do throws(SourceFailure) { try await fetcher.fetch(named) } catch {
            cleanUp()
            switch error {
            case .unreachable, .timedOut, .busy: throw error
            default: return false
            }
        }
        record(follows)
        await tidy(isIdle: false)
        return true
    }

    /// Asks the server once, and fetches what it has new.
    private func ask() async throws(SourceFailure) {
        let follows = follows
        let here = ownReferences(follows)
        let named = follows.filter { $0.reference != nil }
        var new: [Follow] = follows.filter { $0.reference == nil && here[$0] == nil }
        if !named.isEmpty {
            let there = try await advertised(Set(named.map(\.asked)))
            for follow in named {
                guard let id = there[follow.asked] else {
                    answers[follow] = .failure(.missing(follow))
                    continue
                }
                if here[follow] == id { answers[follow] = .success(id) } else { new.append(follow) }
            }
            if let id = there.values.first { try folder.create(id.bytes.count == 20 ? .sha1 : .sha256) }
        }
        for case .commit(let commit) in follows where here[.commit(commit)] != nil {
            answers[.commit(commit)] = .success(commit.id)
        }
        if case .commit(let commit) = new.first { try folder.create(commit.id.bytes.count == 20 ? .sha1 : .sha256) }
        if new.isEmpty { return await tidy(isIdle: true) }
        let (followed, glimpsed) = (new.filter { interests[$0] != nil }, new.filter { interests[$0] == nil })
        let branches = followed.filter { $0.reference != nil }
        if !branches.isEmpty { try await bring(branches) }
        // Whatever becomes of a commit that somebody named, or of a glance, those who follow something else have nothing
        // to do with it.
        let commits = followed.filter { $0.reference == nil }
        if !commits.isEmpty {
            do throws(SourceFailure) { try await bring(commits) } catch {
                guard case .failed = error else { throw error }
                for follow in commits { answers[follow] = .failure(error) }
            }
        }
        if !glimpsed.isEmpty {
            do throws(SourceFailure) { try await bring(glimpsed) } catch {
                for follow in glimpsed { answers[follow] = .failure(error) }
            }
        }
        await tidy(isIdle: false)
    }

    private func bring(_ follows: [Follow]) async throws(SourceFailure) {
        if try await !takeIn(follows) { try await fetch(follows) }
    }

    /// Joins small packs, which takes several times as long as a fetch: at a look that found nothing new, so that no
    /// commit waits for it. Where every look finds something it cannot wait for ever.
    private func tidy(isIdle: Bool) async {
        // A mirror that was made anew has few of them.
        lastingPacks = min(lastingPacks, folder.packs)
        let limit = isIdle ? fetcher.limits.packs : 3 * fetcher.limits.packs
        guard folder.packs > limit + lastingPacks else { return }
        try? await fetcher.maintain()
        // Whoever reads holds the old packs open, and with them their room on the disk.
        database.rest()
        lastingPacks = folder.packs
    }

    /// A repository on this machine is asked by its files, where they can be read so.
    private func advertised(_ names: Set<String>) async throws(SourceFailure) -> [String: GitID] {
        if address.transport == .file {
            try fetcher.reach.policy.check(address)
            if let found = LooseReferences(repository: FilePath(address.path))?.all(names) { return found }
        }
        return try await fetcher.list(names).references
    }

    /// Together first; what cannot be fetched together is fetched one by one, so that a broken branch fails alone.
    private func fetch(_ follows: [Follow]) async throws(SourceFailure) {
        do throws(SourceFailure) {
            try await fetcher.fetch(follows)
            record(follows)
        } catch {
            cleanUp()
            guard !error.isTransient || error.isAboutContent else { throw error }
            if await examine(after: error) {
                try await fetcher.fetch(follows)
                return record(follows)
            }
            for follow in follows {
                if follows.count == 1 {
                    answers[follow] = .failure(error.naming(follow))
                } else {
                    await fetchAlone(follow)
                }
            }
        }
    }

    private func fetchAlone(_ follow: Follow) async {
        do throws(SourceFailure) {
            try await fetcher.fetch([follow])
            record([follow])
        } catch {
            cleanUp()
            answers[follow] = .failure(error.naming(follow))
        }
    }

    func record(_ follows: [Follow]) {
        let here = ownReferences(follows)
        for follow in follows {
            answers[follow] = here[follow].map { .success($0) } ?? .failure(.missing(follow))
        }
    }

    /// How ids look at the server, as far as that is known.
    var hash: MirrorFolder.Hash? {
        for case .success(let id) in answers.values { return id.bytes.count == 20 ? .sha1 : .sha256 }
        return folder.hash
    }

    private func ownReferences(_ follows: [Follow]) -> [Follow: GitID] {
        let found = LooseReferences(repository: folder.path)?.read(follows.map(\.seen)) ?? [:]
        var ids: [Follow: GitID] = [:]
        for follow in follows {
            if case .at(let id) = found[follow.seen] { ids[follow] = id }
        }
        return ids
    }

    func cleanUp() { _ = folder.ifUnlocked { folder.removeLeftovers() } }

    /// Ends its processes.
    package nonisolated func close() { database.close() }
}

extension SourceFailure {
    /// Of the repository's content, so that other branches of it may do.
    var isAboutContent: Bool {
        switch self {
        case .corrupt, .tooLarge, .missing, .notACommit, .shallow: true
        default: false
        }
    }

    /// A commit that the server does not have is what a person asked for, not damage.
    func naming(_ follow: Follow) -> SourceFailure {
        if case .corrupt(let reason) = self, case .commit = follow, Self.saysMissing(reason) {
            return .missing(follow)
        }
        return self
    }

    /// What servers say of an object that they do not have, or do not give to anybody: Git since 2.14, Git with a server
    /// of the first protocol, JGit.
    private static func saysMissing(_ reason: String) -> Bool {
        reason.contains("not our ref") || reason.contains("unadvertised object") || reason.hasSuffix(" not valid")
    }
}
