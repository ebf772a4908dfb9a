// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// Holds back plans that delete more than anyone may have meant.
package enum DeletionGuard {
    /// Why the plan must wait for a confirmation; `nil` when it may go.
    ///
    /// - Parameters:
    ///   - recovered: ``UnitRecord/recovered``: of these nobody knows whether Git ever named them.
    ///   - isProtected: ``TargetDriver/isProtected(_:)`` of the unit's target.
    package static func objection(
        to plan: Plan, inventory: Inventory, limit: SyncPolicy.PruneLimit, recovered: Set<ObjectID> = [],
        isProtected: (ObjectID) -> Bool = { _ in false }
    ) -> Text? {
        let deletions = plan.count(.delete)
        guard deletions > 0 else { return nil }
        if let first = plan.changes.first(where: { $0.action == .delete && isProtected($0.object) }) {
            return "the plan deletes \(first.object), and what lies in it or depends on it"
        }
        if let first = plan.changes.first(where: { $0.action == .delete && recovered.contains($0.object) }) {
            return "the plan deletes \(first.object), which only the target's own inventory names: the journal was lost"
        }
        let total = inventory.entries.count
        if deletions == total, plan.changes.allSatisfy({ $0.action == .delete }) {
            return "the plan deletes all \(total) objects of the unit"
        }
        let (product, overflow) = total.multipliedReportingOverflow(by: max(0, limit.percent))
        let allowed = max(limit.count, overflow ? 0 : product / 100)
        guard deletions > allowed else { return nil }
        return "the plan deletes \(deletions) of \(total) objects, more than \(allowed)"
    }
}
