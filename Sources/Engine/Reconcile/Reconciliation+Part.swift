// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// A sync of some objects of a unit: those become what the newest content says, no other is touched, and no hook runs.
/// Guards and approvals hold for it as for any other plan.
///
/// It brings the unit to no version, so that nothing has to be remembered of it but that the unit is torn: a run of the
/// whole follows at once, and does about the rest what the application's policy says.
extension Reconciliation {
    /// - Parameter isKnown: whether the content is what was applied to the whole unit.
    mutating func meetPart(_ plan: Plan, _ rendered: Rendered, isKnown: Bool) -> Step {
        guard !plan.isEmpty else { return leavePart(rendered) }
        let isConfirmed = record.confirmed.contains(plan.digest)
        if !isConfirmed, !isKnown, facts.policy.apply == .approved {
            return wait(.pending, "waits for an approval: run trimtab confirm", for: plan, rendered)
        }
        if let rule = facts.policy.approval, !isKnown {
            let count = ApprovalCount(rule, for: plan.digest, votes: record.votes)
            if !count.isEnough { return wait(.pending, count.words, for: plan, rendered) }
        }
        if !isConfirmed, let objection = objection(to: plan) {
            return wait(.blocked, "\(objection): look at it, then run trimtab confirm", for: plan, rendered)
        }
        return begin(plan, rendered, cause: .person, recording: announcement(of: plan, rendered.version, rendered))
    }

    mutating func leavePart(_ rendered: Rendered, recording drafts: [EventDraft] = []) -> Step {
        finish(isKnown(rendered) ? .inSync : .pending, again: .after(.zero), recording: drafts)
    }
}
