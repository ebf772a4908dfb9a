// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// A plan on its way.
struct Sync: Sendable {
    enum Phase: Sendable {
        case storing
        case carryingOut
        case checkingHealth
        case waiting
        /// What is gone is taken out of the stored inventory.
        case trimming(health: [ObjectID: HealthReport])
    }

    let rendered: Rendered
    let plan: Plan
    let cause: SyncCause
    let waves: [[Change]]
    var phase = Phase.storing
    var next = 0
    /// Follows what is recorded, as the journal's own fold will.
    var inventory: Inventory
    var waited: Duration = .zero
    var healed: [ObjectID] = []

    /// None when nothing had to be done.
    var current: [Change] { next < waves.count ? waves[next] : [] }
    var isLast: Bool { next >= waves.count - 1 }
}

extension Reconciliation {
    /// From here on something is done. The inventory is stored in the target before anything that it names is made.
    mutating func begin(_ plan: Plan, _ rendered: Rendered, cause: SyncCause, recording drafts: [EventDraft]) -> Step {
        var sync = Sync(
            rendered: rendered, plan: plan, cause: cause, waves: Waves.order(plan), inventory: record.inventory)
        for change in plan.changes where change.action == .create || change.action == .update {
            if sync.inventory.entries[change.object]?.uid != change.uid {
                sync.inventory.entries[change.object] = Inventory.Entry(
                    uid: change.uid, applied: nil, wave: change.wave)
            }
        }
        let started = SyncStarted(
            version: rendered.version, render: rendered.digest, plan: plan.digest, cause: cause,
            counts: ChangeCounts(plan),
            testament: Testament(
                project: facts.context.project.text, onRemoval: Text(facts.policy.onRemoval.rawValue)))
        let drafts = drafts + [started.draft(of: unit)]
        guard sync.inventory.claim != record.inventory.claim else { return startWave(sync, recording: drafts) }
        phase = .syncing(sync)
        return Step(record: drafts, action: .store(sync.inventory.claim))
    }

    mutating func advance(_ sync: Sync, _ input: Input) -> Step {
        switch (sync.phase, input) {
        case (.storing, .stored): startWave(sync, recording: [])
        case (.carryingOut, .carriedOut(let outcomes)): follow(sync, outcomes)
        case (.checkingHealth, .health(let reports)): pass(sync, reports)
        case (.waiting, .waited): checkHealth(sync, recording: [])
        case (.trimming(let health), .stored): conclude(sync, health, recording: [])
        case (.trimming, .failed(let reason)): finish(.failed, reason, again: .afterBackoff)
        case (_, .failed(let reason)): end(sync, .failed, reason)
        case (_, .interrupted(.cancelled(let reason))): end(sync, .cancelled, reason)
        case (_, .interrupted(.superseded)): end(sync, .superseded, "a newer version came")
        default: end(sync, .failed, "the engine was answered out of turn")
        }
    }

    private mutating func startWave(_ sync: Sync, recording drafts: [EventDraft]) -> Step {
        var sync = sync
        guard sync.next < sync.waves.count else { return checkHealth(sync, recording: drafts) }
        sync.phase = .carryingOut
        var intended: [Change.Action: [ObjectID: Text]] = [:]
        for change in sync.current { intended[change.action, default: [:]][change.object] = change.uid }
        let wave = sync.current.first?.wave ?? 0
        let desired = Dictionary(sync.rendered.objects.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let items = sync.current.map { change in
            let writes = change.action == .create || change.action == .update
            return WaveOrder.Item(change: change, desired: writes ? desired[change.object] : nil)
        }
        phase = .syncing(sync)
        return Step(
            record: drafts + [Intent(wave: wave, changes: intended).draft(of: unit)],
            action: .carryOut(wave: wave, sync.rendered.version, items, context: sync.rendered.objects))
    }

    private mutating func follow(_ sync: Sync, _ outcomes: [Outcome]) -> Step {
        var sync = sync
        let digests = Dictionary(
            sync.rendered.objects.map { ($0.id, $0.digest) }, uniquingKeysWith: { first, _ in first })
        var wave = WaveOutcome(wave: sync.current.first?.wave ?? 0, applied: [:], released: [], failed: [:])
        for outcome in outcomes {
            if outcome.result == .unchanged { wave.unchanged.append(outcome.object) }
            switch (outcome.result, outcome.action) {
            case (.failed(let reason), _), (.skipped(let reason), _): wave.failed[outcome.object] = reason
            case (_, .delete), (_, .orphan): wave.released.append(outcome.object)
            default:
                guard let digest = digests[outcome.object] else { continue }
                wave.applied[outcome.object] = WaveOutcome.Applied(digest: digest, uid: outcome.uid)
                if outcome.result == .done { sync.healed.append(outcome.object) }
            }
        }
        let answered = Set(outcomes.map(\.object))
        for change in sync.current where !answered.contains(change.object) {
            wave.failed[change.object] = "the target gave no answer"
        }
        for (id, applied) in wave.applied {
            sync.inventory.entries[id] = Inventory.Entry(uid: applied.uid, applied: applied.digest, wave: wave.wave)
        }
        for id in wave.released { sync.inventory.entries[id] = nil }
        let drafts = [wave.draft(of: unit)]
        if !wave.failed.isEmpty {
            let first = wave.failed.sorted { $0.key < $1.key }.prefix(3).map { "\($0.key): \($0.value)" }
            let others = wave.failed.count > 3 ? "; and \(wave.failed.count - 3) more" : ""
            return end(sync, .failed, Text(first.joined(separator: "; ") + others), recording: drafts)
        }
        return checkHealth(sync, recording: drafts)
    }

    private mutating func checkHealth(_ sync: Sync, recording drafts: [EventDraft]) -> Step {
        var sync = sync
        let written = Set(sync.current.filter { $0.action == .create || $0.action == .update }.map(\.object))
        let objects = sync.isLast ? sync.rendered.objects : sync.rendered.objects.filter { written.contains($0.id) }
        sync.phase = .checkingHealth
        phase = .syncing(sync)
        return Step(record: drafts, action: .health(objects))
    }

    /// A wave is passed when its objects are well; the last wave need not be, its health is the unit's from then on.
    private mutating func pass(_ sync: Sync, _ reports: [ObjectID: HealthReport]) -> Step {
        var sync = sync
        if sync.isLast { return succeed(sync, health: reports) }
        let worst = reports.values.map(\.health).max() ?? .healthy
        if worst <= .suspended {
            sync.next += 1
            return startWave(sync, recording: [])
        }
        guard sync.waited < facts.policy.deadline else {
            let ill = reports.filter { $0.value.health == worst }.keys.sorted().first
            let name = ill.map(String.init(describing:)) ?? "an object"
            return end(sync, .failed, "\(name) is \(worst.rawValue) after \(sync.waited); later waves were not begun")
        }
        let pause: Duration = sync.waited < .seconds(5) ? .milliseconds(250) : .seconds(2)
        sync.waited += pause
        sync.phase = .waiting
        phase = .syncing(sync)
        return Step(action: .wait(pause))
    }

    private mutating func succeed(_ sync: Sync, health: [ObjectID: HealthReport]) -> Step {
        var sync = sync
        var drafts: [EventDraft] = []
        if sync.cause == .drift { drafts.append(Healed(objects: sync.healed.sorted()).draft(of: unit)) }
        drafts.append(
            SyncEnded(result: .succeeded, version: sync.rendered.version, render: sync.rendered.digest).draft(of: unit))
        sync.phase = .trimming(health: health)
        phase = .syncing(sync)
        // The stored inventory is a superset until here; identities, not digests, are what it is for.
        let stored = Set(record.inventory.entries.keys).union(sync.plan.changes.map(\.object))
        guard stored != Set(sync.inventory.entries.keys) else {
            return conclude(sync, health, recording: drafts)
        }
        return Step(record: drafts, action: .store(sync.inventory.claim))
    }

    /// A removal that deleted everything has the claim left to take back.
    private mutating func conclude(
        _ sync: Sync, _ health: [ObjectID: HealthReport], recording drafts: [EventDraft]
    ) -> Step {
        guard sync.cause != .removal else { return finish(.pending, again: .after(.zero), recording: drafts) }
        return judge(sync.rendered, health, recording: drafts, appliedNow: true)
    }

    private mutating func end(
        _ sync: Sync, _ result: SyncEnded.Result, _ reason: Text, recording drafts: [EventDraft] = []
    ) -> Step {
        let ended = SyncEnded(
            result: result, version: sync.rendered.version, render: sync.rendered.digest, reason: reason)
        let again: Conclusion.Again =
            switch result {
            case .failed: .afterBackoff
            case .superseded: .after(.zero)
            case .cancelled, .succeeded: .whenMarked
            }
        return finish(
            result == .failed ? .failed : .pending, reason, again: again, plan: sync.plan, rendered: sync.rendered,
            recording: drafts + [ended.draft(of: unit)])
    }
}
