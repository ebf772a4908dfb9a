// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What an application lets the engine do by itself: `sync`, `rollback` and `onRemoval` of the kind Application.
package struct SyncPolicy: Sendable, Hashable {
    /// What to do with new commits.
    package enum Apply: String, Sendable, Hashable, CaseIterable {
        case auto, approved, manual
    }

    /// What to do with drift.
    package enum Drift: String, Sendable, Hashable, CaseIterable {
        case observe, alert, heal
    }

    /// What becomes of the objects when the application leaves the fleet.
    package enum OnRemoval: String, Sendable, Hashable, CaseIterable {
        case orphan, delete
    }

    /// When objects that left Git are deleted: by themselves, or when a person asks for it.
    package enum Pruning: String, Sendable, Hashable, CaseIterable {
        case auto, manual
    }

    /// How many deletions a plan may hold before it waits for a confirmation: the larger of both.
    package struct PruneLimit: Sendable, Hashable {
        package var count: Int
        /// Of the unit's objects, 0 to 100.
        package var percent: Int

        package init(count: Int = 5, percent: Int = 10) {
            self.count = count
            self.percent = percent
        }
    }

    package var apply: Apply
    package var drift: Drift
    package var pruning: Pruning
    package var prune: PruneLimit
    /// Who has to agree to new content; `nil`: nobody.
    package var approval: ApprovalRule?
    /// For a whole sync, waiting for health included.
    package var deadline: Duration
    /// Roll back by itself when the unit is Degraded within this time after a sync; `nil`: never.
    package var rollbackWithin: Duration?
    package var onRemoval: OnRemoval

    package init(
        apply: Apply = .auto, drift: Drift = .heal, pruning: Pruning = .auto,
        prune: PruneLimit = PruneLimit(), deadline: Duration = .seconds(600), rollbackWithin: Duration? = nil,
        onRemoval: OnRemoval = .orphan, approval: ApprovalRule? = nil
    ) {
        self.apply = apply
        self.drift = drift
        self.pruning = pruning
        self.prune = prune
        self.approval = approval
        self.deadline = deadline
        self.rollbackWithin = rollbackWithin
        self.onRemoval = onRemoval
    }
}
