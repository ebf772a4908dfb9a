// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// Hooks of one stage: an object with a phase is applied anew, awaited by its health, and left or deleted by policy.
///
///     clear what is left ─ apply ─ await ─┬─ tidy up ─ next stage
///                                         └─ tidy up ─ the sync has failed
///
/// A hook may run more than once for one version: after a kill or a failure everything that comes before the sync is run
/// again.
extension Reconciliation {
    /// Going back and putting drift back run no hooks, nor does finishing what was one of both.
    func runsHooks(for cause: SyncCause, _ rendered: Rendered) -> Bool {
        switch cause {
        case .commit, .person, .removal: return true
        case .drift, .rollback: return false
        case .recovery:
            let interrupted = record.openSync?.started
            return interrupted?.render != rendered.digest
                || interrupted?.cause != .drift && interrupted?.cause != .rollback
        }
    }

    mutating func start(_ run: HookRun, in sync: Sync, recording drafts: [EventDraft]) -> Step {
        let left = run.stage.objects.filter { sync.inventory.entries[$0.id] != nil }
        guard left.isEmpty else { return delete(left, run, in: sync, then: .clearing, recording: drafts) }
        return apply(run, in: sync, recording: drafts)
    }

    mutating func advance(_ sync: Sync, _ run: HookRun, _ input: Input) -> Step {
        switch (run.phase, input) {
        case (.clearing, .carriedOut(let outcomes)):
            return follow(outcomes, run, in: sync) { $0.apply(run, in: $1, recording: $2) }
        case (.applying, .carriedOut(let outcomes)):
            return follow(outcomes, run, in: sync) { $0.await(run, in: $1, recording: $2) }
        case (.awaiting, .health(let reports)): return judge(reports, run, in: sync)
        case (.waiting, .waited): return self.await(run, in: sync, recording: [])
        case (.tidying(let failure), .carriedOut(let outcomes)):
            return follow(outcomes, run, in: sync) { $0.leave(failure, in: $1, recording: $2) }
        case (_, .failed(let reason)): return end(sync, .failed, reason)
        case (_, .interrupted(.cancelled(let reason))): return end(sync, .cancelled, reason)
        case (_, .interrupted(.superseded)): return end(sync, .superseded, "a newer version came")
        default: return end(sync, .failed, "the engine was answered out of turn")
        }
    }

    private mutating func apply(_ run: HookRun, in sync: Sync, recording drafts: [EventDraft]) -> Step {
        carryOut(run.stage.objects, .create, run, in: sync, then: .applying, recording: drafts)
    }

    private mutating func delete(
        _ objects: [DesiredObject], _ run: HookRun, in sync: Sync, then phase: HookRun.Phase,
        recording drafts: [EventDraft]
    ) -> Step {
        carryOut(objects, .delete, run, in: sync, then: phase, recording: drafts)
    }

    private mutating func carryOut(
        _ objects: [DesiredObject], _ action: Change.Action, _ run: HookRun, in sync: Sync, then next: HookRun.Phase,
        recording drafts: [EventDraft]
    ) -> Step {
        var (sync, run) = (sync, run)
        let weight = run.stage.weight
        let items = objects.map { object in
            let known = action == .delete ? sync.inventory.entries[object.id]?.uid : nil
            let change = Change(object: object.id, uid: known ?? uid(object), action: action, wave: weight)
            return WaveOrder.Item(change: change, desired: action == .delete ? nil : object)
        }
        run.phase = next
        run.changes = items.map(\.change)
        sync.phase = .hooks(run)
        phase = .syncing(sync)
        return Step(
            record: drafts + [Intent(wave: weight, run.changes).draft(of: unit)],
            action: .carryOut(wave: weight, sync.rendered.version, items, context: sync.rendered.objects))
    }

    private mutating func follow(
        _ outcomes: [Outcome], _ run: HookRun, in sync: Sync,
        then next: (inout Reconciliation, Sync, [EventDraft]) -> Step
    ) -> Step {
        var sync = sync
        let outcome = sync.follow(outcomes, of: run.changes, desired: run.stage.objects)
        let drafts = [outcome.draft(of: unit)]
        if let failure = outcome.failureInWords {
            return fail(sync, "a hook \(run.stage.phase.inWords): \(failure)", recording: drafts)
        }
        return next(&self, sync, drafts)
    }

    private mutating func await(_ run: HookRun, in sync: Sync, recording drafts: [EventDraft]) -> Step {
        var (sync, run) = (sync, run)
        run.waitsSince = run.waitsSince ?? facts.monotonic
        run.phase = .awaiting
        sync.phase = .hooks(run)
        phase = .syncing(sync)
        let isTimeUp = run.stage.objects.contains { object in
            isLastLook(since: run.waitsSince, deadline: object.hook?.deadline ?? facts.policy.deadline)
        }
        return Step(record: drafts, action: .health(run.stage.objects, isTimeUp: isTimeUp))
    }

    private mutating func judge(_ reports: [ObjectID: HealthReport], _ run: HookRun, in sync: Sync) -> Step {
        var (sync, run) = (sync, run)
        let waited = waited(since: run.waitsSince)
        var isDone = true
        for object in run.stage.objects {
            let report = reports[object.id] ?? HealthReport(.unknown)
            switch report.health {
            case .healthy, .suspended: continue
            case .degraded:
                let reason = report.reason.isEmpty ? "" : ": \(report.reason)"
                return tidy(run, in: sync, failure: "the hook \(object.id) failed\(Text(reason))")
            // What cannot be looked at just now may be under way. What has no health of its own is well when it is there.
            case .progressing, .missing, .unknown:
                let deadline = object.hook?.deadline ?? facts.policy.deadline
                guard waited < deadline else {
                    let reason = report.reason.isEmpty ? "" : ": \(report.reason)"
                    return tidy(
                        run, in: sync,
                        failure:
                            "the hook \(object.id) is \(report.health.rawValue) after \(waited.inSeconds)\(Text(reason))"
                    )
                }
                isDone = false
            }
        }
        if isDone { return tidy(run, in: sync, failure: nil) }
        run.phase = .waiting
        sync.phase = .hooks(run)
        phase = .syncing(sync)
        return Step(action: .wait(Self.pause(after: waited)))
    }

    /// Nobody comes back to what hooks of a deletion leave: they leave nothing.
    private mutating func tidy(_ run: HookRun, in sync: Sync, failure: Text?) -> Step {
        let end: Hook.End = failure == nil ? .succeeded : .failed
        let unwanted = run.stage.objects.filter { object in
            sync.inventory.entries[object.id] != nil
                && (sync.cause == .removal || object.hook?.deletedAfter.contains(end) ?? false)
        }
        guard unwanted.isEmpty else {
            return delete(unwanted, run, in: sync, then: .tidying(failure: failure), recording: [])
        }
        return leave(failure, in: sync, recording: [])
    }

    private mutating func leave(_ failure: Text?, in sync: Sync, recording drafts: [EventDraft]) -> Step {
        if let failure { return fail(sync, failure, recording: drafts) }
        var sync = sync
        sync.next += 1
        sync.waitsSince = nil
        return startStage(sync, recording: drafts)
    }
}

extension Hook.Phase {
    fileprivate var inWords: String {
        switch self {
        case .beforeSync: "before the sync"
        case .duringSync: "of the sync"
        case .afterSync: "after the sync"
        case .onFailure: "for a failed sync"
        case .beforeDeletion: "before the deletion"
        case .afterDeletion: "after the deletion"
        }
    }
}
