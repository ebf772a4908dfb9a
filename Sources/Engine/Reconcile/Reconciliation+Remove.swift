// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

extension Reconciliation {
    /// The application left the fleet: its objects stay as they are, unless it said otherwise.
    mutating func beginRemoval() -> Step {
        guard !record.isRemoved else { return finish(.inSync, "removed") }
        guard !record.isBlank else {
            phase = .recalling(nil)
            return Step(action: .recall)
        }
        guard facts.policy.onRemoval == .delete, !record.inventory.entries.isEmpty else { return release() }
        let render = record.applied?.render ?? Digest(of: [])
        let plan = Planner.removal(unit: unit, render: render, inventory: record.inventory)
        let version = record.applied?.version ?? Version(fleet: nil, source: nil)
        guard record.confirmed.contains(plan.digest) else {
            let why: Text = record.recovered.isEmpty ? "" : " and the journal was lost"
            let reason: Text =
                "the application is gone\(why): deleting its \(plan.changes.count) objects needs trimtab confirm"
            let blocked = PlanBlocked(plan: plan.digest, render: render, reason: reason)
            let drafts =
                record.blocked == blocked ? [] : announcement(of: plan, version) + [blocked.draft(of: unit)]
            return finish(.blocked, reason, plan: plan, recording: drafts)
        }
        if record.testament.hasDeletionHooks, let applied = record.applied {
            phase = .loadingHooks(plan, version)
            return Step(action: .loadHooks(render: applied.render, version: version))
        }
        return begin(
            plan, Rendered(version: version, digest: render, objects: []), cause: .removal,
            recording: announcement(of: plan, version))
    }

    /// What has to run around the deletion was part of what was applied last. What it needs of secrets is given out as
    /// any other time; what is only deleted needs none.
    mutating func remove(_ plan: Plan, _ version: Version, with applied: Rendered) -> Step {
        let rendered = Rendered(version: version, digest: plan.renderDigest, objects: applied.hooks)
        var drafts = announcement(of: plan, version)
        if let read = Self.read(applied, by: facts.context, known: record, isPart: true) {
            drafts.insert(read.draft(of: unit), at: 0)
        }
        return begin(plan, rendered, cause: .removal, recording: drafts)
    }

    /// The claim is taken back before the journal says so: a kill in between repeats the first half. The target's own
    /// inventory may be gone: then the journal's alone says what bears a mark.
    private mutating func release() -> Step {
        phase = .releasing
        return Step(action: .release(record.inventory))
    }

    mutating func released() -> Step {
        let orphaned = record.inventory.entries.keys.sorted()
        return finish(.inSync, "removed", recording: [UnitRemoved(orphaned: orphaned).draft(of: unit)])
    }
}
