// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

extension MemoryOperations: Operations {
    package func status(of units: UnitFilter) async throws(APIError) -> FleetStatus {
        try check()
        countQuestion()
        var status = fleet
        status.units = selected(units)
        return status
    }

    package func plan(
        _ units: UnitFilter, revision: Text?, part: PartRequest
    ) async throws(APIError) -> [PlanView] {
        try check()
        let units = selected(units).map(\.unit)
        return canned().0.filter { units.contains($0.unit) }.map { view in
            guard !part.only.isEmpty else { return view }
            var view = view
            view.hooks = []
            view.plan?.changes.removeAll { change in !part.only.contains { $0.matches(change.object) } }
            return view
        }
    }

    package func diff(_ units: UnitFilter, hasOwners: Bool) async throws(APIError) -> [DriftReport] {
        try check()
        let units = selected(units).map(\.unit)
        return canned().1.filter { units.contains($0.unit) }.map { report in
            guard !hasOwners else { return report }
            var report = report
            for index in report.items.indices { report.items[index].owners = nil }
            return report
        }
    }

    package func tree(of unit: UnitID) async throws(APIError) -> UnitTree {
        try check()
        guard project(of: unit) != nil else { throw unknown(unit) }
        return UnitTree(unit: unit, tree: objects)
    }

    package func render(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderedUnit {
        try check()
        guard let rendered = canned().2.first(where: { $0.unit == unit }) else { throw unknown(unit) }
        return rendered
    }

    package func explain(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderExplanation {
        let rendered = try await render(unit, revision: revision)
        let field = FieldDifference(path: ["spec", "content"], old: "one", new: "two")
        return RenderExplanation(
            unit: unit, version: rendered.version, kind: "plain",
            settings: [
                .init(
                    field: "path", value: "web/live", place: "projects/shop/web.yaml:8",
                    over: ["projects/shop/web.yaml:4"])
            ],
            effects: rendered.items.prefix(1).map {
                .init(object: $0.object, field: field, place: "projects/shop/web.yaml:8")
            })
    }

    package func history(of unit: UnitID, limit: Int) async throws(APIError) -> [HistoryEntry] {
        try check()
        guard project(of: unit) != nil else { throw unknown(unit) }
        return Array((canned().3[unit] ?? []).prefix(limit))
    }

    package func commits(of unit: UnitID, limit: Int) async throws(APIError) -> [UnitCommit] {
        try check()
        guard project(of: unit) != nil else { throw unknown(unit) }
        return Array(known.prefix(limit))
    }

    package func events(_ filter: EventFilter) async throws(APIError) -> EventPage {
        try check()
        countQuestion()
        let page = matching(filter)
        guard page.events.isEmpty, filter.wait > .zero else { return page }
        await change(within: filter.wait)
        return matching(filter)
    }

    package func newest() async throws(APIError) -> UInt64 {
        try check()
        return UInt64(acts.count)
    }

    package func past(_ request: PastRequest) async throws(APIError) -> PastStatus {
        try check()
        var folds: [UnitID: PastUnit] = [:]
        for view in acts where view.event.time <= request.time {
            guard let unit = view.event.unit else { continue }
            folds[unit, default: PastUnit()].apply(view.event)
        }
        let units = selected(request.units).map(\.unit).compactMap { unit in
            folds[unit].map { PastStatus.Entry(unit: unit, past: $0) }
        }
        return PastStatus(time: request.time, begins: acts.first?.event.time, units: units)
    }

    package func checkpoint() async throws(APIError) -> CheckpointView {
        try check()
        return CheckpointView(
            writer: "memory", incarnation: 1, size: UInt64(acts.count), head: Digest(of: [UInt8(acts.count & 0xFF)]),
            time: Time(nanoseconds: 1_795_426_200_000_000_000))
    }

    package func verify(against checkpoint: CheckpointView?) async throws(APIError) -> Verification {
        try check()
        var verification = canned().4
        if let checkpoint, checkpoint.size > verification.events {
            verification.findings.append(
                .init(kind: "truncated", reason: "the journal is shorter than the checkpoint"))
        }
        return verification
    }

    package func sync(
        _ units: UnitFilter, part: PartRequest, reason: Text, actor: Actor
    ) async throws(APIError) -> [SyncResult] {
        var results: [SyncResult] = []
        for status in try acting(on: units) {
            var payload: Value = ["reason": .string(reason)]
            if part != .whole {
                payload = [
                    "reason": .string(reason), "only": part.only.wire, "prune": part.isPruning.wire,
                ]
            }
            append(.syncEnded, unit: status.unit, actor: actor, payload: payload, summary: "synced")
            results.append(SyncResult(unit: status.unit, result: .done, version: status.desired))
        }
        return results
    }

    package func cancel(_ units: UnitFilter, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        let running = try acting(on: units).filter { $0.sync == .syncing }.map(\.unit)
        guard !running.isEmpty else { throw APIError(.conflict, "nothing is under way") }
        for unit in running {
            update(unit) { $0.sync = .pending }
            append(.cancelled, unit: unit, actor: actor, payload: ["reason": .string(reason)], summary: "cancelled")
        }
        return ActResult(message: "cancelled", units: running)
    }

    package func refresh(
        _ sources: [SourceName], reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        try check()
        for source in sources where !fleet.sources.contains(where: { $0.name == source }) {
            throw APIError(.notFound, "\(source): no such source")
        }
        append(.commitSeen, actor: actor, summary: "nothing new")
        return ActResult(message: "asked \(sources.isEmpty ? fleet.sources.count : sources.count) sources")
    }

    package func accept(
        _ source: SourceName, commit: Text?, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        try check()
        guard let status = fleet.sources.first(where: { $0.name == source }) else {
            throw APIError(.notFound, "\(source): no such source")
        }
        guard let refused = status.refused else { throw APIError(.conflict, "\(source): refuses no rewritten history") }
        guard refused.hex.utf8.starts(with: (commit ?? "").utf8) else {
            throw APIError(.conflict, "\(source): refuses \(Text(refused.short)), not \(commit ?? "")")
        }
        append(
            .commitAccepted, actor: actor,
            payload: CommitAccepted(
                commit: refused, following: status.following, previous: status.commit, reason: reason
            )
            .value)
        return ActResult(message: "accepted \(Text(refused.short)) of \(source)")
    }

    package func pause(
        _ units: UnitFilter, until: Time, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        let units = try acting(on: units).map(\.unit)
        for unit in units {
            update(unit) {
                $0.pause = Pause(until: until, actor: actor, reason: reason)
                $0.sync = .paused
            }
            append(
                .paused, unit: unit, actor: actor, payload: Paused(until: until, reason: reason).value,
                summary: "paused")
        }
        return ActResult(message: "paused until \(until.description)", units: units)
    }

    package func resume(_ units: UnitFilter, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        let units = try acting(on: units).map(\.unit)
        for unit in units {
            update(unit) {
                $0.pause = nil
                $0.sync = .pending
            }
            append(.resumed, unit: unit, actor: actor, payload: Resumed(reason: reason).value, summary: "resumed")
        }
        return ActResult(message: "resumed", units: units)
    }

    package func rollback(
        _ unit: UnitID, to digest: Digest?, reason: Text, actor: Actor
    ) async throws(APIError) -> SyncResult {
        _ = try acting(on: UnitFilter(unit))
        guard
            let entry = (canned().3[unit] ?? []).first(where: { entry in
                digest.map { $0 == entry.renderDigest } ?? (!entry.isCurrent && !entry.isBad)
            })
        else { throw APIError(.notFound, "\(unit): has no earlier version to go back to") }
        append(.rolledBack, unit: unit, actor: actor, payload: ["reason": .string(reason)], summary: "rolled back")
        return SyncResult(unit: unit, result: .done, version: entry.version)
    }

    package func markBad(
        _ unit: UnitID, content digest: Digest?, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        guard let status = try acting(on: UnitFilter(unit)).first, let digest = digest ?? status.renderDigest
        else { throw APIError(.conflict, "\(unit) has no content yet") }
        append(
            .markedBad, unit: unit, actor: actor, payload: MarkedBad(renders: [digest], reason: reason).value,
            summary: "marked bad")
        return ActResult(message: "marked \(Text(digest.short)) bad", units: [unit])
    }

    package func undoRollback(_ unit: UnitID, reason: Text, actor: Actor) async throws(APIError) -> SyncResult {
        guard let status = try acting(on: UnitFilter(unit)).first, (canned().3[unit] ?? []).contains(where: \.isBad)
        else { throw APIError(.conflict, "nothing is marked bad on \(unit)") }
        append(.badLifted, unit: unit, actor: actor, payload: ["reason": .string(reason)], summary: "taken back")
        return SyncResult(unit: unit, result: .done, version: status.desired)
    }

    package func confirm(
        _ unit: UnitID, plan: Digest, reason: Text, actor: Actor
    ) async throws(APIError) -> ActResult {
        guard let block = try acting(on: UnitFilter(unit)).first?.block, block.plan == plan else {
            throw APIError(
                .conflict, "\(unit): waits for no such plan", advice: "look at it again with \"trimtab plan\"")
        }
        guard block.approval == nil else {
            throw APIError(.conflict, "\(unit): the plan \(plan.short) waits for approvals, not for a confirmation")
        }
        update(unit) {
            $0.block = nil
            $0.sync = .pending
        }
        append(
            .confirmed, unit: unit, actor: actor, payload: Confirmed(plan: plan, reason: reason).value,
            summary: "confirmed")
        return ActResult(message: "confirmed", units: [unit])
    }

    package func adopt(
        _ unit: UnitID, from managers: [Text], isDry: Bool, reason: Text, actor: Actor
    ) async throws(APIError) -> AdoptionReport {
        guard let status = try acting(on: UnitFilter(unit)).first else { throw unknown(unit) }
        let object = ObjectID(group: "apps", kind: "Deployment", namespace: "shop", name: status.unit.application.text)
        let taken = Adoption(
            object: object, managers: managers.isEmpty ? ["helm"] : managers,
            leftover: [["metadata", "annotations", "meta.helm.sh/release-name"]])
        let refused = Adoption(
            object: ObjectID(group: "", kind: "Service", namespace: "shop", name: object.name),
            refusal: "belongs to acme/other@prod")
        if !isDry {
            append(
                .adopted, unit: unit, actor: actor,
                payload: Adopted(objects: [object], managers: taken.managers, reason: reason).value,
                summary: "adopted")
        }
        return AdoptionReport(unit: unit, isDry: isDry, items: [taken, refused])
    }

    package func approve(_ request: ApprovalRequest, by principal: Principal) async throws(APIError) -> ActResult {
        try vote(.approved, request, principal)
    }

    package func reject(_ request: ApprovalRequest, by principal: Principal) async throws(APIError) -> ActResult {
        try vote(.rejected, request, principal)
    }

    private func vote(
        _ kind: EventKind, _ request: ApprovalRequest, _ principal: Principal
    ) throws(APIError) -> ActResult {
        guard let block = try acting(on: UnitFilter(request.unit)).first?.block, block.plan == request.plan else {
            throw APIError(.conflict, "\(request.unit): waits for no such plan")
        }
        append(
            kind, unit: request.unit, actor: principal.actor,
            payload: kind == .approved
                ? Approved(
                    plan: request.plan, groups: principal.groups, isBreakGlass: request.isBreakGlass,
                    reason: request.reason
                ).value : Rejected(plan: request.plan, reason: request.reason).value, summary: Text(kind.rawValue))
        return ActResult(message: Text(kind.rawValue), units: [request.unit])
    }

    private func unknown(_ unit: UnitID) -> APIError { APIError(.notFound, "\(unit): no such unit") }
}
