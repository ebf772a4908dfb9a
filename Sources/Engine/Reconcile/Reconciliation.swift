// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest
package import Model

/// One run of the engine for one unit, as a state machine without I/O: it says one step at a time, and is told what
/// came of it.
///
///     begin ─ (recall | identify ─ check) ─ render ─ admit ─ compare ─┬─ nothing to do ─ health ─ finish
///                                                                     ├─ waits for someone ─ finish
///                                                                     └─ store ─ hooks ─ wave … wave ─ health ─ hooks ─ finish
///
/// Whatever the phase, `failed` ends the run with what has been done on record.
package struct Reconciliation: Sendable {
    enum Phase: Sendable {
        case idle
        /// The journal knows nothing of the unit; the target may. Without a version it is one that nobody declares.
        case recalling(Version?)
        /// What does the version render to?
        case identifying(Version)
        /// The driver tells how content stands that was applied before.
        case checking(Version, Digest)
        case rendering
        /// Content of an earlier version: for healing, or because the newest is marked bad.
        case loading(version: Version, note: Text)
        case admitting(Rendered)
        /// The driver begins to watch what it is to be asked about.
        case following(Rendered)
        case comparing(Rendered)
        case syncing(Sync)
        /// The target's copy of the inventory is made sure of.
        case restoring(Rendered)
        case checkingHealth(Rendered)
        /// What was applied last, for the hooks around the deletion of a unit that left the fleet.
        case loadingHooks(Plan, Version)
        /// The claim on the objects of a unit that left the fleet is taken back.
        case releasing
        case finished
    }

    var facts: UnitFacts
    var job: Job
    let uid: @Sendable (DesiredObject) -> Text
    let isProtected: @Sendable (ObjectID) -> Bool
    let isFoundation: @Sendable (ObjectID) -> Bool
    let whoChanged: @Sendable (DesiredObject) -> Text?
    var phase = Phase.idle
    /// Why the run does not go to the newest version; empty when it does.
    var note: Text = ""
    var fights: FightLedger
    var ill: [ObjectID: HealthReport]
    var unpruned: [ObjectID]
    /// Goes on record together with what is recorded next: one write less.
    var news: [EventDraft] = []
    /// Of content that the driver remembers: the objects that have to be compared. All others are known to stand.
    var doubtful: Set<ObjectID>?
    /// The driver does not know content that was applied: it is admitted again, so that the driver may remember it.
    var mustAdmit = false
    /// Whether all of the content in hand was admitted in this run.
    var isAdmitted = false

    /// - Parameters:
    ///   - uid: ``TargetDriver/uid(of:)`` of the unit's target.
    ///   - isProtected: ``TargetDriver/isProtected(_:)`` of it.
    ///   - isFoundation: ``TargetDriver/isFoundation(_:)`` of it.
    ///   - whoChanged: ``TargetDriver/whoChanged(_:)`` of it.
    package init(
        facts: UnitFacts, job: Job, uid: @escaping @Sendable (DesiredObject) -> Text,
        isProtected: @escaping @Sendable (ObjectID) -> Bool = { _ in false },
        isFoundation: @escaping @Sendable (ObjectID) -> Bool = { _ in false },
        whoChanged: @escaping @Sendable (DesiredObject) -> Text? = { _ in nil }
    ) {
        self.facts = facts
        self.job = job
        self.uid = uid
        self.isProtected = isProtected
        self.isFoundation = isFoundation
        self.whoChanged = whoChanged
        fights = facts.fights
        ill = facts.ill
        unpruned = facts.unpruned
    }

    var unit: UnitID { facts.context.unit }
    var record: UnitRecord { facts.record }

    package mutating func begin() -> Step {
        guard let newest = facts.newest else { return beginRemoval() }
        if let pause = activePause { return beginPaused(pause) }
        if let ids = healingScope, let applied = record.applied {
            phase = .loading(version: applied.version, note: "")
            return Step(action: .load(render: applied.render, version: applied.version, only: ids))
        }
        if let cancelled = record.cancelled, cancelled.version.declared == newest, !job.isRequested,
            record.applied?.version.declared != newest
        {
            let who = record.cancelledBy ?? .trimtab
            return finish(.pending, "cancelled by \(who): waits for another version, or for trimtab sync")
        }
        if let first = facts.waitsFor.first {
            let others = facts.waitsFor.count - 1
            return finish(.pending, "waits for \(first)\(others > 0 ? " and \(others) more" : "")")
        }
        guard !record.isBlank else {
            phase = .recalling(newest)
            return Step(action: .recall)
        }
        return beginAtNewest(newest)
    }

    mutating func render(_ newest: Version, recording drafts: [EventDraft] = []) -> Step {
        doubtful = nil
        phase = .rendering
        return Step(record: drafts, action: .render(newest))
    }

    /// What was the unit's before the journal was lost is its own again.
    private mutating func recalled(_ inventory: Inventory?, for newest: Version?) -> Step {
        guard let inventory, !inventory.entries.isEmpty else {
            return newest.map { render($0) } ?? finish(.inSync, "nothing is left of it")
        }
        let testament = Testament(
            project: facts.context.project.text, onRemoval: Text(facts.policy.onRemoval.rawValue))
        let recovered = InventoryRecovered(inventory: inventory, testament: testament)
        facts.record.inventory = recovered.inventory
        facts.record.recovered = Set(recovered.inventory.entries.keys)
        let drafts = [recovered.draft(of: unit)]
        guard let newest else {
            var step = beginRemoval()
            step.record = drafts + step.record
            return step
        }
        return render(newest, recording: drafts)
    }

    /// The objects to look at when only some may have changed. After a failed or interrupted sync the live objects
    /// belong to two versions, and only a look at the whole can tell.
    var healingScope: Set<ObjectID>? {
        guard case .objects(let ids) = job.scope, !ids.isEmpty, record.isSettled else { return nil }
        return ids
    }

    package mutating func advance(_ input: Input) -> Step {
        var step = follow(input)
        if !step.record.isEmpty || step.isLast {
            step.record = news + step.record
            news = []
        }
        return step
    }

    private mutating func follow(_ input: Input) -> Step {
        switch (phase, input) {
        case (.syncing(let sync), .unavailable(let reason)): advance(sync, .failed(reason: reason))
        case (.syncing(let sync), let input): advance(sync, input)
        case (_, .interrupted(let interruption)): abandon(interruption)
        case (_, .failed(let reason)): fail(reason)
        case (_, .unavailable(let reason)): wait(reason)
        case (.recalling(let newest), .recalled(let inventory)): recalled(inventory, for: newest)
        case (.identifying(let version), .identified(let digest)): identified(digest, at: version)
        case (.checking(let version, let digest), .checked(let standing)): checked(standing, digest, at: version)
        case (.rendering, .rendered(let rendered)), (.loading, .rendered(let rendered)): take(rendered)
        case (.loadingHooks(let plan, let version), .rendered(let applied)): remove(plan, version, with: applied)
        case (.admitting(let rendered), .admitted(let refusals)): admitted(rendered, refusals)
        case (.following(let rendered), .followed): look(rendered)
        case (.comparing(let rendered), .compared(let live)):
            decide(rendered, withhold(live, beside: rendered))
        case (.restoring(let rendered), .stored): checkHealth(rendered)
        case (.checkingHealth(let rendered), .health(let reports)): judge(rendered, reports)
        case (.releasing, .stored): released()
        default: fail("the engine was answered out of turn")
        }
    }

    var isPartial: Bool { doubtful != nil }

    mutating func finish(
        _ state: SyncState, _ reason: Text = "", again: Conclusion.Again = .whenMarked, plan: Plan? = nil,
        rendered: Rendered? = nil, recording drafts: [EventDraft] = []
    ) -> Step {
        phase = .finished
        return Step(
            record: drafts,
            action: .finish(
                Conclusion(
                    state: state, reason: reason, again: again, plan: plan, fights: fights, ill: ill,
                    unpruned: unpruned,
                    rendered: isPartial || healingScope != nil ? nil : rendered,
                    looked: isPartial ? record.inventory.entries.count : rendered?.objects.count ?? 0,
                    isProven: state == .inSync && isAdmitted && !isPartial && healingScope == nil)))
    }

    mutating func abandon(_ interruption: Interruption) -> Step {
        switch interruption {
        case .cancelled(let reason): finish(.pending, reason)
        case .superseded: finish(.pending, "a newer version came", again: .after(.zero))
        }
    }

    /// Nothing is wrong with the unit, whose content is away. What is applied stays, and all that is known of it counts.
    private mutating func wait(_ reason: Text) -> Step {
        if let pause = activePause { return rest(in: pause) }
        return finish(.pending, reason, again: .afterBackoff)
    }

    /// Nothing has been applied in this run. The same failure is recorded once, not at each attempt.
    mutating func fail(_ reason: Text) -> Step {
        if let pause = activePause { return rest(in: pause) }
        let isNew = record.failure != reason
        let drafts = facts.newest.map { isNew ? [RenderFailed(version: $0, reason: reason).draft(of: unit)] : [] } ?? []
        return finish(.failed, reason, again: .afterBackoff, recording: drafts)
    }
}
