// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What makes an object a hook: it is not kept as it is declared, but applied anew at some points of a sync, awaited
/// until it is well, and then deleted or left as its policy says.
package struct Hook: Sendable, Hashable {
    /// When it is run.
    package enum Phase: String, Sendable, Hashable, CaseIterable, Comparable {
        case beforeSync = "before-sync"
        /// With the wave of its weight.
        case duringSync = "during-sync"
        /// Once all objects are well.
        case afterSync = "after-sync"
        /// When a sync failed, whatever failed.
        case onFailure = "on-failure"
        case beforeDeletion = "before-deletion"
        case afterDeletion = "after-deletion"

        package static func < (left: Phase, right: Phase) -> Bool { left.order < right.order }

        private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// How a run of it ended.
    package enum End: String, Sendable, Hashable, CaseIterable {
        case succeeded, failed
    }

    package var phases: Set<Phase>
    /// Within a phase, hooks run by rising weight; those of one weight together.
    package var weight: Int
    /// After which ends it is deleted. What is left is deleted before it is run again.
    package var deletedAfter: Set<End>
    /// How long a run may take; that of the whole sync when `nil`.
    package var deadline: Duration?

    package init(phases: Set<Phase>, weight: Int = 0, deletedAfter: Set<End> = [], deadline: Duration? = nil) {
        self.phases = phases
        self.weight = weight
        self.deletedAfter = deletedAfter
        self.deadline = deadline
    }
}
