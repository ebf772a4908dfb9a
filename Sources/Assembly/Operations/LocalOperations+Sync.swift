// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Journal
import Manifest
import Model

extension LocalOperations {
    func sync(
        _ filter: UnitFilter, part: PartRequest, reason: Text, actor: Actor
    ) async throws(APIError) -> [SyncResult] {
        guard !engine.isStopping else { throw APIError(.unavailable, "trimtab is stopping") }
        await fleet.refreshNow()
        let units = try await matching(filter, mustExist: true).map(\.managed.unit)
        guard !part.only.isEmpty else {
            let part = SyncPart(objects: nil, pruned: part.isPruning ? nil : [])
            let request = Job.Request(by: actor, reason: reason, part: part)
            return await run(units, Job(urgency: .person, scope: .whole(.metadata), request: request))
        }
        var results: [SyncResult] = []
        for (unit, part) in try await parts(part, of: units).sorted(by: { $0.key < $1.key }) {
            let request = Job.Request(by: actor, reason: reason, part: part)
            results += await run([unit], Job(urgency: .person, scope: .whole(.metadata), request: request))
        }
        return results
    }

    /// What is asked for in each of the units that have something of it. A unit that cannot be rendered has nothing,
    /// unless it is the only one that is meant.
    func parts(_ part: PartRequest, of units: [UnitID]) async throws(APIError) -> [UnitID: SyncPart] {
        var names: [(unit: UnitID, names: Engine.Names)] = []
        var failure: Text?
        for unit in units {
            do { names.append((unit, try await engine.names(in: unit))) } catch { failure = Text("\(error)") }
        }
        if names.isEmpty, let failure { throw APIError(.failed, failure) }
        return try PartSelection.read(part, in: names)
    }

    /// Runs units and says what came of each.
    func run(_ units: [UnitID], _ job: Job) async -> [SyncResult] {
        let began = clocks.monotonic()
        let before = journal.newest
        await engine.requestAndWait(units, job)
        let milliseconds = Int(clocks.monotonic().duration(since: began) / .milliseconds(1))
        var results: [SyncResult] = []
        for unit in units {
            guard let snapshot = await engine.snapshot(of: unit) else { continue }
            let events = await events(of: unit, after: before)
            // A run of the whole unit follows one of a part, and may have begun by now.
            let own = job.part.isLimited ? SyncOutcomes.first(of: events) : events
            let outcomes = SyncOutcomes.read(own)
            let ended = job.part.isLimited ? own.last?.payload(as: SyncEnded.self) : nil
            // A look at the whole unit may have come since; what was asked for waits all the same.
            let held = snapshot.record.blocked.flatMap { job.part.isLimited && $0.part == job.part ? $0 : nil }
            let result =
                ended.map(SyncResult.Result.init) ?? (held == nil ? Self.result(snapshot, outcomes, job) : .blocked)
            let reason = ended?.reason ?? held?.reason ?? snapshot.reason
            let isSaid = !reason.isEmpty && (result != .unchanged || !job.part.isLimited)
            results.append(
                SyncResult(
                    unit: unit, result: result, version: ended?.version ?? snapshot.record.applied?.version,
                    plan: held?.plan ?? snapshot.plan, outcomes: outcomes, reason: isSaid ? reason : nil,
                    milliseconds: milliseconds))
        }
        return results
    }

    private static func result(_ snapshot: UnitSnapshot, _ outcomes: [Outcome], _ job: Job) -> SyncResult.Result {
        switch snapshot.state {
        case .inSync: outcomes.contains { $0.result == .done } ? .done : .unchanged
        case .failed: .failed
        // It waits for something that is away, and nobody has to decide anything.
        case .pending where snapshot.failures > 0: .failed
        // What is left to do in the rest of the unit is not what was asked for.
        case .pending where job.part.isLimited, .drifted where job.part.isLimited: .unchanged
        case .blocked, .pending, .paused, .drifted: .blocked
        case .syncing: job.part.isLimited ? .unchanged : .superseded
        }
    }

    private func events(of unit: UnitID, after sequence: UInt64) async -> [Event] {
        guard journal.newest > sequence else { return [] }
        let filter = JournalFilter(
            unit: unit, kinds: [.syncStarted, .intent, .outcome, .syncEnded], after: sequence, limit: 1000)
        return (try? await journal.events(filter)) ?? []
    }
}

extension SyncResult.Result {
    fileprivate init(_ ended: SyncEnded) {
        self =
            switch ended.result {
            case .succeeded: .done
            case .failed: .failed
            case .cancelled: .cancelled
            case .superseded: .superseded
            }
    }
}
