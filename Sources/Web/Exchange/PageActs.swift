// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// What people have done by forms: the operations that the API's routes call, too.
struct PageActs: Sendable {
    let clock: @Sendable () -> Time
    /// A browser is not kept waiting for an act that takes long: it goes on, and the page of the unit follows it.
    let patience: Duration

    /// Where a person decides about an act.
    func page(
        _ act: UnitAct, _ unit: UnitID, _ request: PageRequest, _ operations: any Operations, _ visitor: Visitor,
        failure: APIError? = nil
    ) async throws(APIError) -> PageContent {
        let status = try await operations.status(of: unit)
        let preview: ActPage.Preview
        switch act {
        case .pause, .resume, .cancel, .undo: preview = .none
        case .sync: preview = .plan(await plan(unit, nil, operations))
        case .rollback: preview = try await rollback(unit, request, operations)
        case .confirm, .approve, .reject:
            let matter = try await matter(status, operations)
            return DecisionPage(act, status, matter, visitor, failure: failure, now: clock()).content
        }
        return ActPage(act, status, preview, visitor, failure: failure, now: clock()).content
    }

    /// What a person is to decide about. The plan that waits may be one with the deletions that somebody asked for.
    private func matter(
        _ status: UnitStatus, _ operations: any Operations
    ) async throws(APIError) -> DecisionPage.Matter {
        let unit = status.unit
        let filter = EventFilter(units: UnitFilter(unit), kinds: WaitingPlan.kinds, limit: 200)
        let waiting = WaitingPlan(status, try await operations.events(filter).events)
        var found = await plan(unit, nil, operations)
        if let digest = waiting?.digest, (try? found.get())?.plan?.digest != digest {
            let pruning = await plan(unit, nil, operations, part: PartRequest(isPruning: true))
            if (try? pruning.get())?.plan?.digest == digest { found = pruning }
        }
        // A unit that comes from a plain folder has no commits.
        let commits = (try? await operations.commits(of: unit, limit: 100)) ?? []
        return DecisionPage.Matter(
            waiting: waiting, plan: found, commits: Array(commits.prefix { !$0.isCurrent }))
    }

    private func plan(
        _ unit: UnitID, _ revision: Text?, _ operations: any Operations, part: PartRequest = .whole
    ) async -> Result<PlanView, APIError> {
        do {
            guard let plan = try await operations.plan(UnitFilter(unit), revision: revision, part: part).first else {
                return .failure(APIError(.notFound, "nothing is known of what it would do"))
            }
            return .success(plan)
        } catch {
            return .failure(error)
        }
    }

    private func rollback(
        _ unit: UnitID, _ request: PageRequest, _ operations: any Operations
    ) async throws(APIError) -> ActPage.Preview {
        let choices = RollbackChoices(try await operations.history(of: unit, limit: 50))
        let named = (request.text("to") ?? request.form["to"]?.stringValue).flatMap { Digest(hex: $0.string) }
        let goal = choices.entries.first { $0.renderDigest == named } ?? choices.entries.first
        guard let goal, let commit = goal.version.source ?? goal.version.fleet else {
            return .rollback(choices, goal, nil)
        }
        // Going back needs no approval.
        let found = await plan(unit, Text(commit.hex), operations).map { view -> PlanView in
            var view = view
            if view.block?.approval != nil { view.block = nil }
            return view
        }
        return .rollback(choices, goal, found)
    }

    func refresh(_ operations: any Operations, _ visitor: Visitor) async throws(APIError) -> PageAnswer {
        _ = try await operations.refresh([], reason: "", actor: visitor.actor)
        return .redirect(to: Link(["sources"], [("done", "refresh")]))
    }

    func answer(
        _ act: UnitAct, _ unit: UnitID, _ request: PageRequest, _ operations: any Operations, _ visitor: Visitor
    ) async throws(APIError) -> PageAnswer {
        do {
            try await carryOut(act, unit, request, operations, visitor)
            return .redirect(to: unit.link(query: [("done", Text(act.rawValue))]))
        } catch {
            let content = try await page(act, unit, request, operations, visitor, failure: error)
            return .page(content, for: visitor)
        }
    }

    private func carryOut(
        _ act: UnitAct, _ unit: UnitID, _ request: PageRequest, _ operations: any Operations, _ visitor: Visitor
    ) async throws(APIError) {
        let reason = Words.line(Words.cut(request.field("reason"), to: 2000))
        let isBreakGlass = act == .approve && request.field("glass") == "broken"
        guard !reason.isEmpty || !(act.needsReason || isBreakGlass) else {
            throw APIError(.invalid, "a reason is missing", advice: "say why: it stays on record")
        }
        let (units, actor) = (UnitFilter(unit), visitor.actor)
        switch act {
        case .sync:
            try await atMost(patience) { () async throws(APIError) in
                let results = try await operations.sync(units, reason: reason, actor: actor)
                for result in results { try Self.check(result) }
            }
        case .pause:
            guard let minutes = Int(request.field("minutes").string), (1...43_200).contains(minutes) else {
                throw APIError(.invalid, "how long the pause is to be was not understood")
            }
            let until = clock().advanced(by: .seconds(minutes * 60))
            _ = try await operations.pause(units, until: until, reason: reason, actor: actor)
        case .resume: _ = try await operations.resume(units, reason: reason, actor: actor)
        case .cancel: _ = try await operations.cancel(units, reason: reason, actor: actor)
        case .rollback:
            guard let digest = Digest(hex: request.field("to").string) else {
                throw APIError(.invalid, "what to go back to was not understood")
            }
            try await atMost(patience) { () async throws(APIError) in
                try Self.check(try await operations.rollback(unit, to: digest, reason: reason, actor: actor))
            }
        case .undo:
            try await atMost(patience) { () async throws(APIError) in
                try Self.check(try await operations.undoRollback(unit, reason: reason, actor: actor))
            }
        case .confirm:
            guard let digest = Digest(hex: request.field("plan").string) else {
                throw APIError(.invalid, "which plan is meant was not understood")
            }
            _ = try await operations.confirm(unit, plan: digest, reason: reason, actor: actor)
        case .approve, .reject:
            guard let digest = Digest(hex: request.field("plan").string) else {
                throw APIError(.invalid, "which plan is meant was not understood")
            }
            let word = ApprovalRequest(unit: unit, plan: digest, isBreakGlass: isBreakGlass, reason: reason)
            let principal = visitor.principal
            _ =
                act == .approve
                ? try await operations.approve(word, by: principal)
                : try await operations.reject(word, by: principal)
        }
    }

    private static func check(_ result: SyncResult) throws(APIError) {
        guard result.result == .failed else { return }
        throw APIError(.failed, result.reason ?? "the sync failed")
    }

    /// Waits for an act no longer than that. It goes on all the same: cancelling ends the wait alone.
    private func atMost(
        _ limit: Duration, _ body: @escaping @Sendable () async throws(APIError) -> Void
    ) async throws(APIError) {
        let outcome = await withTaskGroup(of: Result<Void, APIError>?.self) { group in
            group.addTask {
                do throws(APIError) { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        try outcome?.get()
    }
}
