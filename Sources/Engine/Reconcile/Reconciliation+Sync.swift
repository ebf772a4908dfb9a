// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

extension Reconciliation {
    /// From here on something is done. The inventory is stored in the target before anything that it names is made.
    mutating func begin(_ plan: Plan, _ rendered: Rendered, cause: SyncCause, recording drafts: [EventDraft]) -> Step {
        var sync = Sync(
            plan, rendered, cause: cause, runsHooks: !job.part.isLimited && runsHooks(for: cause, rendered),
            isPart: job.part.isLimited, inventory: record.inventory, isFoundation: isFoundation)
        for change in plan.changes where change.action == .create || change.action == .update {
            if sync.inventory.entries[change.object]?.uid != change.uid {
                sync.inventory.entries[change.object] = Inventory.Entry(
                    uid: change.uid, applied: nil, wave: change.wave)
            }
        }
        var claimed = sync.inventory
        for hook in sync.hooks where claimed.entries[hook.id] == nil {
            claimed.entries[hook.id] = Inventory.Entry(uid: uid(hook), applied: nil, wave: hook.hook?.weight ?? 0)
        }
        let deletion: Set<Hook.Phase> = [.beforeDeletion, .afterDeletion]
        // A heal may hold only the objects that it heals, and its content is what was applied; so it is of a part.
        let hasDeletionHooks =
            (cause == .drift || job.part.isLimited) && record.testament.hasDeletionHooks
            || rendered.hooks.contains { !($0.hook?.phases.isDisjoint(with: deletion) ?? true) }
        let started = SyncStarted(
            version: rendered.version, render: rendered.digest, plan: plan.digest, cause: cause,
            counts: ChangeCounts(plan),
            testament: Testament(
                project: facts.context.project.text, onRemoval: Text(facts.policy.onRemoval.rawValue),
                hasDeletionHooks: hasDeletionHooks),
            reason: job.request?.reason ?? "", part: job.part,
            approvers: record.votes.filter { $0.plan == plan.digest && $0.isApproval }.map(\.actor.text))
        var drafts = drafts + [started.draft(of: unit, by: requester)]
        // What a sync before this one put on record may not have come to the target, if it did not come to its end.
        guard claimed.claim != record.inventory.claim || !record.isWhole else {
            return startStage(sync, recording: drafts)
        }
        // One write less where nobody can take the unit for whole unless the inventory was stored.
        if record.applied?.render != rendered.digest, case .wave(let changes) = sync.stages.first {
            drafts.append(Intent(wave: changes.first?.wave ?? 0, changes).draft(of: unit))
            sync.intended = 1
        }
        phase = .syncing(sync)
        return Step(record: drafts, action: .store(claimed))
    }

    /// Who wants what is done.
    private var requester: Actor { job.request?.actor ?? .trimtab }

    mutating func advance(_ sync: Sync, _ input: Input) -> Step {
        switch (sync.phase, input) {
        case (.storing, .stored): startStage(sync, recording: [])
        case (.hooks(let run), let input): advance(sync, run, input)
        case (.carryingOut, .carriedOut(let outcomes)): follow(sync, outcomes)
        case (.checkingHealth, .health(let reports)): pass(sync, reports)
        case (.waiting, .waited): checkHealth(sync, recording: [])
        case (.trimming(let health), .stored): conclude(sync, health, recording: [])
        // The sync has ended, and that is on record; what is left is done by the next run.
        case (.trimming, .failed(let reason)): finish(.failed, reason, again: .afterBackoff)
        case (.trimming, .interrupted(.cancelled(let reason))): finish(.pending, reason, again: .after(.zero))
        case (.trimming, .interrupted(.superseded)): abandon(.superseded)
        case (_, .failed(let reason)): end(sync, .failed, reason)
        case (_, .interrupted(.cancelled(let reason))): end(sync, .cancelled, reason)
        case (_, .interrupted(.superseded)): end(sync, .superseded, "a newer version came")
        default: end(sync, .failed, "the engine was answered out of turn")
        }
    }

    /// Begins with the next stage; at the end, looks at how all objects do.
    mutating func startStage(_ sync: Sync, recording drafts: [EventDraft]) -> Step {
        guard sync.next < sync.stages.count else {
            if let failure = sync.failure { return end(sync, .failed, failure, recording: drafts) }
            return checkHealth(sync, recording: drafts)
        }
        switch sync.stages[sync.next] {
        case .wave: return startWave(sync, recording: drafts)
        case .hooks(let stage): return start(HookRun(stage: stage), in: sync, recording: drafts)
        }
    }

    private mutating func startWave(_ sync: Sync, recording drafts: [EventDraft]) -> Step {
        var sync = sync
        sync.phase = .carryingOut
        let wave = sync.current.first?.wave ?? 0
        let desired = Dictionary(sync.rendered.objects.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let items = sync.current.map { change in
            let writes = change.action == .create || change.action == .update
            return WaveOrder.Item(change: change, desired: writes ? desired[change.object] : nil)
        }
        phase = .syncing(sync)
        let intent = sync.next < sync.intended ? [] : [Intent(wave: wave, sync.current).draft(of: unit)]
        return Step(
            record: drafts + intent,
            action: .carryOut(wave: wave, sync.rendered.version, items, context: sync.rendered.objects))
    }

    private mutating func follow(_ sync: Sync, _ outcomes: [Outcome]) -> Step {
        var sync = sync
        let wave = sync.follow(outcomes, of: sync.current, desired: sync.rendered.objects)
        let drafts = [wave.draft(of: unit)]
        if let failure = wave.failureInWords { return fail(sync, failure, recording: drafts) }
        guard sync.isLast else { return checkHealth(sync, recording: drafts) }
        // The end follows a look, and takes the outcome along; after a kill until then, the intent says the same.
        news += drafts
        return checkHealth(sync, recording: [])
    }

    private mutating func checkHealth(_ sync: Sync, recording drafts: [EventDraft]) -> Step {
        var sync = sync
        sync.waitsSince = sync.waitsSince ?? facts.monotonic
        let written = Set(sync.current.filter { $0.action == .create || $0.action == .update }.map(\.object))
        let isWhole = !sync.isPart && (sync.isLast || sync.isBeforeLastHooks)
        let objects = isWhole ? sync.rendered.objects : sync.rendered.objects.filter { written.contains($0.id) }
        sync.phase = .checkingHealth
        phase = .syncing(sync)
        let isTimeUp = isLastLook(since: sync.waitsSince, deadline: facts.policy.deadline)
        return Step(record: drafts, action: .health(objects, isTimeUp: isTimeUp))
    }

    /// A wave is passed when its objects are well; the last wave need not be, its health is the unit's from then on.
    private mutating func pass(_ sync: Sync, _ reports: [ObjectID: HealthReport]) -> Step {
        var sync = sync
        if sync.isLast { return succeed(sync, health: reports) }
        let worst = reports.values.map(\.health).max() ?? .healthy
        if worst <= .suspended {
            sync.next += 1
            sync.waitsSince = nil
            return startStage(sync, recording: [])
        }
        let waited = waited(since: sync.waitsSince)
        guard waited < facts.policy.deadline else {
            let ill = reports.filter { $0.value.health == worst }.keys.sorted().first
            let name = ill.map(String.init(describing:)) ?? "an object"
            let reason = ill.flatMap { reports[$0]?.reason }.flatMap { $0.isEmpty ? nil : ": \($0)" } ?? ""
            return fail(
                sync,
                "\(name) is \(worst.rawValue) after \(waited.inSeconds)\(Text(reason)); later waves were not begun")
        }
        sync.phase = .waiting
        phase = .syncing(sync)
        return Step(action: .wait(Self.pause(after: waited)))
    }

    /// Looks that hang count as much as the pauses between them.
    func waited(since begin: Moment?) -> Duration { begin.map { facts.monotonic.duration(since: $0) } ?? .zero }

    /// Whether a look that begins now may be the last: the next one would come after the deadline.
    func isLastLook(since begin: Moment?, deadline: Duration) -> Bool {
        let waited = waited(since: begin)
        return waited + Self.pause(after: waited) >= deadline
    }

    /// Until the next look at objects that are not well yet.
    static func pause(after waited: Duration) -> Duration {
        waited < .seconds(5) ? .milliseconds(250) : .seconds(2)
    }

    private mutating func succeed(_ sync: Sync, health: [ObjectID: HealthReport]) -> Step {
        var sync = sync
        var drafts: [EventDraft] = []
        if sync.cause == .drift {
            // Those that somebody else put back meanwhile have not drifted any more either.
            let healed = sync.plan.changes.filter { $0.action != .keep }.map(\.object).sorted()
            drafts.append(Healed(objects: healed).draft(of: unit))
        }
        let ended = SyncEnded(
            result: .succeeded, version: sync.rendered.version, render: sync.rendered.digest,
            unconfirmed: unconfirmed(after: sync))
        drafts.append(ended.draft(of: unit))
        if sync.cause == .rollback, let before = record.applied, before.render != sync.rendered.digest {
            let rolledBack = RolledBack(
                from: RolledBack.Place(version: before.version, render: before.render),
                to: RolledBack.Place(version: sync.rendered.version, render: sync.rendered.digest))
            drafts.append(rolledBack.draft(of: unit, by: requester))
        }
        sync.phase = .trimming(health: health)
        phase = .syncing(sync)
        // The stored inventory is a superset until here; identities, not digests, are what it is for.
        let stored = Set(record.inventory.entries.keys).union(sync.plan.changes.map(\.object))
            .union(sync.hooks.map(\.id))
        guard stored != Set(sync.inventory.entries.keys) else {
            return conclude(sync, health, recording: drafts)
        }
        return Step(record: drafts, action: .store(sync.inventory))
    }

    /// Of what is only known from the target: what nobody declares and the plan left where it is. A plan that was made of
    /// some objects says nothing of the others.
    private func unconfirmed(after sync: Sync) -> [ObjectID] {
        let known = record.recovered
        guard !known.isEmpty else { return [] }
        let isOfAll = sync.cause != .drift && !isPartial && healingScope == nil
        return (isOfAll ? known.intersection(sync.plan.unpruned) : known).sorted()
    }

    /// A removal that deleted everything has the claim left to take back.
    private mutating func conclude(
        _ sync: Sync, _ health: [ObjectID: HealthReport], recording drafts: [EventDraft]
    ) -> Step {
        guard sync.cause != .removal else { return finish(.pending, again: .after(.zero), recording: drafts) }
        if sync.isPart { return leavePart(sync.rendered, recording: drafts) }
        return judge(sync.rendered, health, recording: drafts, appliedNow: true)
    }

    /// Something that was to be done failed: the hooks for that run, and then it is over.
    mutating func fail(_ sync: Sync, _ reason: Text, recording drafts: [EventDraft] = []) -> Step {
        var sync = sync
        if let failure = sync.failure {
            sync.failure = "\(failure); and then \(reason)"
            return end(sync, .failed, sync.failure ?? reason, recording: drafts)
        }
        sync.failure = reason
        sync.stages = sync.rescue
        sync.next = 0
        return startStage(sync, recording: drafts)
    }

    mutating func end(
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

extension Duration {
    /// Without what is less than a second, for people.
    var inSeconds: Duration { .seconds(components.seconds) }
}
