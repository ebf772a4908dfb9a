// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// The order in which a plan is carried out, as one comparison: what is written goes by rising wave, what is deleted
/// follows by falling wave, then identity decides.
package enum Waves {
    package static func precedes(_ left: Change, _ right: Change) -> Bool {
        let (a, b) = (phase(left), phase(right))
        return a != b ? a < b : left.object < right.object
    }

    /// The changes in groups, each of which is carried out together. Kept objects stand in none.
    package static func order(_ plan: Plan) -> [[Change]] {
        var groups: [[Change]] = []
        for change in plan.changes where change.action != .keep {
            if let last = groups.last?.last, phase(last) == phase(change) {
                groups[groups.count - 1].append(change)
            } else {
                groups.append([change])
            }
        }
        return groups
    }

    private static func phase(_ change: Change) -> (Int, Int) {
        switch change.action {
        case .create, .update, .keep: (0, change.wave)
        case .delete, .orphan: (1, change.wave == .min ? .max : -change.wave)
        }
    }
}
