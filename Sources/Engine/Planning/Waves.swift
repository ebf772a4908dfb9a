// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The order in which a plan is carried out, as one comparison: what is written goes by rising wave, what is deleted
/// follows by falling wave, then identity decides. Foundations are written before everything else and deleted after it.
package enum Waves {
    package static func precedes(_ left: Change, _ right: Change) -> Bool {
        let (a, b) = (phase(left, false), phase(right, false))
        return a != b ? a < b : left.object < right.object
    }

    /// The changes in groups, each of which is carried out together. Kept objects stand in none.
    ///
    /// - Parameter isFoundation: ``TargetDriver/isFoundation(_:)`` of the unit's target.
    package static func order(
        _ plan: Plan, isFoundation: (ObjectID) -> Bool = { _ in false }
    ) -> [[Change]] {
        let changes = plan.changes.filter { $0.action != .keep }.map { change in
            (phase: phase(change, isFoundation(change.object)), change: change)
        }
        var groups: [[Change]] = []
        var last: (Int, Int)?
        for (phase, change) in changes.sorted(by: { $0.phase < $1.phase }) {
            if let last, last == phase {
                groups[groups.count - 1].append(change)
            } else {
                groups.append([change])
            }
            last = phase
        }
        return groups.map { $0.sorted { $0.object < $1.object } }
    }

    private static func phase(_ change: Change, _ isFoundation: Bool) -> (Int, Int) {
        switch change.action {
        case .create, .update, .keep: (isFoundation ? 0 : 1, change.wave)
        case .delete, .orphan: (isFoundation ? 3 : 2, change.wave == .min ? .max : -change.wave)
        }
    }
}
