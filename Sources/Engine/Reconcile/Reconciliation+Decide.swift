// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

extension Reconciliation {
    /// The plan is known: is there something to do, and may it be done?
    mutating func decide(_ rendered: Rendered, _ live: [ObjectID: Comparison]) -> Step {
        var step = meet(rendered, live)
        step.record = tellAdditions(live) + step.record
        return step
    }

    /// What others have put into objects, when it is not what was told last.
    private func tellAdditions(_ live: [ObjectID: Comparison]) -> [EventDraft] {
        let told = record.additions?.objects ?? [:]
        // Whoever looked at some objects says nothing about the others, nor about those that have to be put back first.
        var seen = told.filter { object, _ in
            switch live[object] {
            case .differs, .refused: true
            case nil: healingScope != nil
            case .same, .absent, .extended, .claimed: false
            }
        }
        var who: Text?
        for (object, comparison) in live.sorted(by: { $0.key < $1.key }) {
            guard case .extended(let fields, let cause) = comparison else { continue }
            seen[object] = fields.map { Text($0.path.description) }
            if seen[object] != told[object] { who = who ?? cause }
        }
        guard seen != told else { return [] }
        let cause = seen.isEmpty ? "" : who ?? record.additions?.cause ?? ""
        return [AdditionsSeen(objects: seen, cause: cause).draft(of: unit)]
    }

    private mutating func meet(_ rendered: Rendered, _ live: [ObjectID: Comparison]) -> Step {
        let plan: Plan
        do {
            plan = try makePlan(rendered, live)
        } catch {
            if let pause = activePause { return rest(in: pause) }
            let reason = Text(error.reasons.prefix(10).map(\.string).joined(separator: "; "))
            return wait(.blocked, reason, for: unsealed(rendered), rendered)
        }
        let isKnown = isKnown(rendered)
        if let pause = activePause {
            // Other content, or other secrets, waits for the end of the pause; it is nobody's drift.
            let drafts = plan.isEmpty ? healed : isKnown ? noted(drift(plan, rendered, live), plan, rendered) : []
            return rest(in: pause, rendered: rendered, recording: drafts)
        }
        if job.part.isLimited { return meetPart(plan, rendered, isKnown: isKnown) }
        if plan.isEmpty, isKnown { return settle(rendered) }
        // What left Git is no drift, and deleting it is guarded.
        let isWriting = plan.changes.allSatisfy { $0.action != .delete && $0.action != .orphan }
        if isKnown, isWriting { return meetDrift(plan, rendered, live) }
        return meetCommit(plan, rendered)
    }

    /// Whether it is what stands as applied.
    func isKnown(_ rendered: Rendered) -> Bool { isApplied(rendered) && record.isSettled }

    private mutating func makePlan(
        _ rendered: Rendered, _ live: [ObjectID: Comparison]
    ) throws(Planner.Conflict) -> Plan {
        // Only what was loaded in part: whoever sees the whole sees what has left Git, whatever made them look.
        if isPartial || healingScope != nil, rendered.digest == record.applied?.render {
            return try Planner.healing(
                unit: unit, render: rendered.digest, desired: rendered.objects, live: live,
                inventory: record.inventory, uid: uid)
        }
        // What a sync of this very content left to be asked for is still to be asked for.
        let isLeft = isKnown(rendered) && !job.isRequested
        let plan = try Planner.plan(
            unit: unit, render: rendered.digest, desired: rendered.objects, hooks: rendered.hooks, live: live,
            inventory: record.inventory, part: job.part, pruning: isLeft ? .manual : facts.policy.pruning, uid: uid)
        if !job.part.isLimited { unpruned = plan.unpruned }
        return plan
    }

    /// Stands for the plan that could not be made.
    private func unsealed(_ rendered: Rendered) -> Plan {
        Plan(unit: unit, renderDigest: rendered.digest, changes: [], digest: rendered.digest)
    }

    private func drift(_ plan: Plan, _ rendered: Rendered, _ live: [ObjectID: Comparison]) -> Drifted {
        let changes = plan.changes.filter { $0.action != .keep }
        let changed = Set(changes.map(\.object))
        let cause = rendered.objects.lazy.filter { changed.contains($0.id) }.compactMap { object -> Text? in
            if case .differs(_, let cause?) = live[object.id] { cause } else { whoChanged(object) }
        }.first
        let found = changes.map { ($0.object, $0.fields.map { Text($0.path.description) }) }
        let objects = Dictionary(found, uniquingKeysWith: { first, _ in first }).merging(unseen) { $1 }
        return Drifted(plan: plan.digest, objects: objects, cause: cause ?? "")
    }

    /// What was told before of objects that nobody looked at now.
    private var unseen: [ObjectID: [Text]] {
        guard let scope = healingScope, let drift = record.drift else { return [:] }
        return drift.objects.filter { !scope.contains($0.key) }
    }

    /// The same drift is recorded once, however often it is seen.
    private func noted(_ drifted: Drifted, _ plan: Plan, _ rendered: Rendered) -> [EventDraft] {
        guard record.drift?.plan != drifted.plan || record.drift?.objects != drifted.objects else { return [] }
        let values = RecordedValues(
            of: plan.changes, hidesOld: mayHideSecrets(beside: rendered), bytes: RecordedValues.driftBytes)
        return [values.beside(drifted.draft(of: unit))]
    }

    /// Whether live values may be secrets that we put there once: the manifest that would say so may be gone. What others
    /// have made says it nowhere.
    private func mayHideSecrets(beside rendered: Rendered?) -> Bool {
        record.hadSecrets || record.applied == nil || rendered.map { !$0.secrets.isEmpty } ?? false
    }

    private mutating func meetDrift(_ plan: Plan, _ rendered: Rendered, _ live: [ObjectID: Comparison]) -> Step {
        let changes = plan.changes.filter { $0.action != .keep }
        let drifted = drift(plan, rendered, live)
        var drafts = noted(drifted, plan, rendered)
        let words = Text(changes.count == 1 ? "\(changes[0].object) drifted" : "\(changes.count) objects drifted")
        guard facts.policy.drift == .heal || job.isRequested else {
            return finish(.drifted, words, plan: plan, rendered: rendered, recording: drafts)
        }
        let fought = job.isRequested ? [] : fights.fought(among: changes.map(\.object), now: facts.monotonic)
        if !fought.isEmpty {
            let fight = FightDetected(objects: fought, rounds: FightLedger.rounds, cause: drifted.cause)
            if record.fight != fight { drafts.append(fight.draft(of: unit)) }
            let who = drifted.cause.isEmpty ? "someone" : drifted.cause.string
            let reason = "\(who) keeps changing \(fought[0]) back; healing stopped: resume the unit when it is settled"
            return finish(.blocked, Text(reason), plan: plan, rendered: rendered, recording: drafts)
        }
        if !job.isRequested { fights.heal(changes.map(\.object), now: facts.monotonic) }
        return begin(plan, rendered, cause: job.isRequested ? .person : .drift, recording: drafts)
    }

    private mutating func meetCommit(_ plan: Plan, _ rendered: Rendered) -> Step {
        let isConfirmed = record.confirmed.contains(plan.digest)
        let isRollback = !note.isEmpty
        if !isRollback, !isConfirmed, !plan.isEmpty {
            switch facts.policy.apply {
            case .auto: break
            case .manual where job.isRequested: break
            case .manual: return wait(.pending, "waits for a person: run trimtab sync", for: plan, rendered)
            case .approved: return wait(.pending, "waits for an approval: run trimtab confirm", for: plan, rendered)
            }
        }
        if let rule = facts.policy.approval, !isRollback, !plan.isEmpty, !continues(rendered) {
            let count = ApprovalCount(rule, for: plan.digest, votes: record.votes)
            if !count.isEnough { return wait(.pending, count.words, for: plan, rendered) }
        }
        if !isConfirmed, let objection = objection(to: plan) {
            return wait(.blocked, "\(objection): look at it, then run trimtab confirm", for: plan, rendered)
        }
        let cause: SyncCause =
            if isRollback { .rollback } else if record.openSync != nil { .recovery } else if job.isRequested {
                .person
            } else { .commit }
        return begin(plan, rendered, cause: cause, recording: announcement(of: plan, rendered.version, rendered))
    }

    func objection(to plan: Plan) -> Text? {
        DeletionGuard.objection(
            to: plan, inventory: record.inventory, limit: facts.policy.prune, recovered: record.recovered,
            isProtected: isProtected)
    }

    /// Whether this is the rest of what was begun, and so was let through: another plan, for the same content.
    private func continues(_ rendered: Rendered) -> Bool { !record.isWhole && record.begun == rendered.digest }

    /// What leads to something, or waits for somebody, is on record before that; once.
    ///
    /// - Parameter rendered: what is to be; `nil` when the unit is to go.
    func announcement(of plan: Plan, _ version: Version, _ rendered: Rendered? = nil) -> [EventDraft] {
        guard !plan.isEmpty, record.blocked?.plan != plan.digest else { return [] }
        let values = RecordedValues(of: plan.changes, hidesOld: mayHideSecrets(beside: rendered))
        return [values.beside(Planned(plan, version: version).draft(of: unit))]
    }

    /// Recorded once per plan and reason, however often the unit is looked at.
    mutating func wait(_ state: SyncState, _ reason: Text, for plan: Plan, _ rendered: Rendered) -> Step {
        // What somebody asked for goes on waiting while nothing is new, and nobody is asked about the rest meanwhile.
        if !job.isRequested, let waiting = record.blocked, waiting.part.isLimited, waiting.render == rendered.digest {
            return finish(state, waiting.reason, rendered: rendered)
        }
        let blocked = PlanBlocked(plan: plan.digest, render: rendered.digest, reason: reason, part: job.part)
        let drafts =
            record.blocked == blocked
            ? [] : announcement(of: plan, rendered.version, rendered) + [blocked.draft(of: unit)]
        return finish(state, reason, plan: plan, rendered: rendered, recording: drafts)
    }

    /// The unit stands as it should. Nothing is recorded that was not otherwise before. An audit also makes sure that
    /// the target's own copy of the inventory is there.
    mutating func settle(_ rendered: Rendered) -> Step {
        guard job.scope == .whole(.content) else { return checkHealth(rendered, recording: healed) }
        phase = .restoring(rendered)
        return Step(record: healed, action: .store(record.inventory))
    }

    /// Drift that is no more, as far as somebody looked.
    private var healed: [EventDraft] {
        guard let drift = record.drift else { return [] }
        let rest = unseen
        if rest.isEmpty { return [Healed(objects: drift.objects.keys.sorted()).draft(of: unit)] }
        guard rest.count < drift.objects.count else { return [] }
        return [Drifted(plan: drift.plan, objects: rest, cause: drift.cause).draft(of: unit)]
    }

    mutating func checkHealth(_ rendered: Rendered, recording drafts: [EventDraft] = []) -> Step {
        // What the driver knows to stand is well.
        if isPartial, rendered.objects.isEmpty { return judge(rendered, [:], recording: drafts) }
        phase = .checkingHealth(rendered)
        return Step(record: drafts, action: .health(rendered.objects, isTimeUp: isOverdue))
    }

    /// Whether what stands as applied should be well by now, and was not when somebody looked last.
    var isOverdue: Bool {
        guard let applied = record.applied, record.health.health > .suspended else { return false }
        return facts.wall.duration(since: applied.time) >= facts.policy.deadline
    }
}
