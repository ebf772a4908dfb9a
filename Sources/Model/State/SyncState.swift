// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// How a unit stands to Git.
package enum SyncState: String, Sendable, Hashable, CaseIterable {
    case inSync = "InSync"
    /// A newer version waits: for a sync, an approval, a dependency.
    case pending = "Pending"
    case syncing = "Syncing"
    /// Live state left the applied state without a commit.
    case drifted = "Drifted"
    case paused = "Paused"
    /// A person has to decide: a deletion guard, a fight, a foreign claim.
    case blocked = "Blocked"
    case failed = "Failed"
}

/// How well an object or a unit does, ordered from best to worst.
///
/// What is known to be bad is worse than what nobody could look at: one object that cannot be read must not hide another
/// that is broken, upon which a unit goes back. And it is worse than what is on its way, which comes right by itself.
package enum Health: String, Sendable, Hashable, CaseIterable, Comparable {
    case healthy = "Healthy"
    case suspended = "Suspended"
    case progressing = "Progressing"
    case unknown = "Unknown"
    case missing = "Missing"
    case degraded = "Degraded"

    package static func < (left: Health, right: Health) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .healthy: 0
        case .suspended: 1
        case .progressing: 2
        case .unknown: 3
        case .missing: 4
        case .degraded: 5
        }
    }
}

/// Health with its reason in words.
package struct HealthReport: Sendable, Hashable {
    package var health: Health
    /// Empty when there is nothing to say.
    package var reason: String

    package init(_ health: Health, reason: String = "") {
        self.health = health
        self.reason = reason
    }
}
