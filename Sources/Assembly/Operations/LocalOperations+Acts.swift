// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Journal
import Manifest
import Model

extension LocalOperations {
    func cancel(_ filter: UnitFilter, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        var cancelled: [UnitID] = []
        for unit in try await matching(filter, mustExist: true).map(\.managed.unit) {
            do {
                if try await engine.cancel(unit, reason: reason, by: actor) { cancelled.append(unit) }
            } catch {
                throw APIError(.unavailable, "the journal cannot be written: \(Text("\(error)"))")
            }
        }
        guard !cancelled.isEmpty else {
            throw APIError(
                .conflict, "nothing is under way", advice: "\"trimtab pause\" keeps units from being touched")
        }
        return ActResult(message: "cancelled: ends before its next act", units: cancelled)
    }

    func refresh(_ sources: [SourceName], reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        let known = await fleet.looks.keys.sorted()
        if let unknown = sources.first(where: { !known.contains($0) }) {
            let names = known.map(\.description).joined(separator: ", ")
            throw APIError(
                .notFound, "no source \(unknown) is read here",
                advice: names.isEmpty ? nil : "these are: \(Text(names))")
        }
        await fleet.refreshNow(sources.isEmpty ? nil : Set(sources))
        if sources.isEmpty { await fleet.refreshStores() }
        return ActResult(message: "looked for new commits")
    }

    func accept(
        _ source: SourceName, commit: Text?, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        let accepted = try await fleet.accept(source, commit: commit, reason: reason, actor: actor)
        return ActResult(message: "accepted \(Text(accepted.short)) of \(source)")
    }

    func pause(_ filter: UnitFilter, until: Time, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        let units = try await matching(filter, mustExist: true).map(\.managed.unit)
        try await act(units.map { Paused(until: until, reason: reason).draft(of: $0, by: actor) })
        return ActResult(message: "paused until \(until)", units: units)
    }

    func resume(_ filter: UnitFilter, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        let units = try await matching(filter, mustExist: true).map(\.managed.unit)
        try await act(units.map { Resumed(reason: reason).draft(of: $0, by: actor) })
        return ActResult(message: "resumed", units: units)
    }

    func rollback(_ unit: UnitID, to digest: Digest?, reason: Text, actor: Actor) async throws(APIError) -> SyncResult {
        let record = try await find(unit).record
        guard let current = record.applied?.render else {
            throw APIError(.conflict, "\(unit) was never synced, so there is nothing to go back to")
        }
        let good = record.history.filter { entry in
            entry.isGood && entry.render != current && !record.bad.contains(entry.render)
        }
        guard let goal = digest.map({ digest in good.last { $0.render == digest } }) ?? good.last else {
            throw APIError(
                .conflict, "\(unit) has no earlier content that was Healthy here", advice: "trimtab history shows them")
        }
        // All that came after the goal is bad, whatever commit brings it again.
        let newer = record.history.reversed().prefix { $0.render != goal.render }.map(\.render)
        let bad = Set(newer + [current]).subtracting([goal.render]).sorted()
        try await act([MarkedBad(renders: bad, reason: reason).draft(of: unit, by: actor)], then: nil)
        return try await lookAgain(unit, reason, actor)
    }

    func markBad(
        _ unit: UnitID, content digest: Digest?, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        let record = try await find(unit).record
        guard let content = digest ?? record.rendered ?? record.applied?.render else {
            throw APIError(.conflict, "\(unit) has no content yet")
        }
        let known = record.history.map(\.render) + [record.rendered, record.applied?.render, record.blocked?.render]
        guard known.contains(content) else {
            throw APIError(
                .conflict, "\(unit) never had the content \(content.short)", advice: "trimtab history shows them")
        }
        guard !record.bad.contains(content) else {
            throw APIError(.conflict, "\(unit): the content \(content.short) is marked bad already")
        }
        let isLeft = record.history.contains { entry in
            entry.isGood && entry.render != content && !record.bad.contains(entry.render)
        }
        guard isLeft else {
            throw APIError(.conflict, "\(unit) has no other content that was Healthy here, so it could go nowhere")
        }
        try await act(
            [MarkedBad(renders: [content], reason: reason).draft(of: unit, by: actor)],
            then: Job(urgency: .person, scope: .whole(.content)))
        return ActResult(message: "marked \(content.short) bad", units: [unit])
    }

    func undoRollback(_ unit: UnitID, reason: Text, actor: Actor) async throws(APIError) -> SyncResult {
        let bad = try await find(unit).record.bad
        guard !bad.isEmpty else { throw APIError(.conflict, "nothing is marked bad on \(unit)") }
        await fleet.refreshNow()
        try await act([BadLifted(renders: bad, reason: reason).draft(of: unit, by: actor)], then: nil)
        return try await lookAgain(unit, reason, actor)
    }

    private func lookAgain(_ unit: UnitID, _ reason: Text, _ actor: Actor) async throws(APIError) -> SyncResult {
        let request = Job.Request(by: actor, reason: reason)
        let results = await run([unit], Job(urgency: .person, scope: .whole(.content), request: request))
        guard let result = results.first else { throw APIError(.notFound, "no unit \(unit)") }
        return result
    }

    func confirm(_ unit: UnitID, plan: Digest, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        // Without a daemon nobody has looked yet, but for a plan for a part, which nobody comes to by looking.
        let waiting = try await find(unit).record.blocked
        let part = waiting?.plan == plan ? waiting?.part ?? .whole : .whole
        if part == .whole, try await find(unit).plan == nil { await engine.settle() }
        let snapshot = try await find(unit)
        guard part != .whole || snapshot.plan == plan, snapshot.record.blocked?.plan == plan else {
            throw APIError(
                .conflict, "the plan \(plan.short) is not the one that \(unit) waits with",
                advice: "look at trimtab plan again")
        }
        guard !snapshot.waitsForVotes(on: plan) else {
            throw APIError(
                .conflict, "\(unit): the plan \(plan.short) waits for approvals, not for a confirmation",
                advice: "agree to it with \"trimtab approve \(unit.application)@\(unit.target) --plan \(plan.short)\"")
        }
        // What was asked for goes on.
        let request = part == .whole ? nil : Job.Request(by: actor, reason: reason, part: part)
        try await act(
            [Confirmed(plan: plan, reason: reason).draft(of: unit, by: actor)],
            then: Job(urgency: .person, scope: .whole(.metadata), request: request))
        return ActResult(message: "confirmed the plan \(plan.short)", units: [unit])
    }

    func adopt(
        _ unit: UnitID, from managers: [Text], isDry: Bool, reason: Text, actor: Actor
    ) async throws(APIError) -> AdoptionReport {
        _ = try await find(unit)
        do {
            let items = try await engine.adopt(unit, from: Set(managers), isDry: isDry, reason: reason, by: actor)
            return AdoptionReport(unit: unit, isDry: isDry, items: items)
        } catch {
            throw APIError(.failed, Text("\(error)"))
        }
    }

    func act(
        _ drafts: [EventDraft], then job: Job? = Job(urgency: .person, scope: .whole(.metadata))
    ) async throws(APIError) {
        do { try await engine.act(drafts, then: job) } catch {
            throw APIError(.unavailable, "the journal cannot be written: \(error)")
        }
    }
}
