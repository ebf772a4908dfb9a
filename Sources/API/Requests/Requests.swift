// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

// What the routes take, where one value is not enough. The server adds who asks.

package struct PlanRequest: Sendable, Hashable {
    package var units: UnitFilter
    /// A branch, tag or commit to plan for instead of what the units follow.
    package var revision: Text?
    package var part: PartRequest

    package init(units: UnitFilter, revision: Text? = nil, part: PartRequest = .whole) {
        self.units = units
        self.revision = revision
        self.part = part
    }
}

package struct DiffRequest: Sendable, Hashable {
    package var units: UnitFilter
    /// Whether to tell who holds each field that differs.
    package var hasOwners: Bool

    package init(units: UnitFilter, hasOwners: Bool = false) {
        self.units = units
        self.hasOwners = hasOwners
    }
}

package struct SyncRequest: Sendable, Hashable {
    package var units: UnitFilter
    package var part: PartRequest
    package var reason: Text

    package init(units: UnitFilter, part: PartRequest = .whole, reason: Text) {
        self.units = units
        self.part = part
        self.reason = reason
    }
}

package struct UnitsAct: Sendable, Hashable {
    package var units: UnitFilter
    package var reason: Text

    package init(units: UnitFilter, reason: Text) {
        self.units = units
        self.reason = reason
    }
}

package struct RefreshRequest: Sendable, Hashable {
    /// None means all, the fleet repository included.
    package var sources: [SourceName]
    package var reason: Text

    package init(sources: [SourceName], reason: Text) {
        self.sources = sources
        self.reason = reason
    }
}

package struct AcceptRequest: Sendable, Hashable {
    package var source: SourceName
    /// The first digits of a commit's id; `nil` for the only one that is refused.
    package var commit: Text?
    package var reason: Text

    package init(source: SourceName, commit: Text?, reason: Text) {
        self.source = source
        self.commit = commit
        self.reason = reason
    }
}

package struct PauseRequest: Sendable, Hashable {
    package var units: UnitFilter
    package var until: Time
    package var reason: Text

    package init(units: UnitFilter, until: Time, reason: Text) {
        self.units = units
        self.until = until
        self.reason = reason
    }
}

/// A view to be told about.
package struct UnitStreamRequest: Sendable, Hashable {
    package var units: UnitFilter
    /// The event up to which it is known; `nil` for now.
    package var after: UInt64?

    package init(units: UnitFilter = .all, after: UInt64? = nil) {
        self.units = units
        self.after = after
    }
}

package struct UnitRequest: Sendable, Hashable {
    package var unit: UnitID

    package init(unit: UnitID) { self.unit = unit }
}

package struct RenderRequest: Sendable, Hashable {
    package var unit: UnitID
    /// A branch, tag or commit to render instead of what the unit follows.
    package var revision: Text?

    package init(unit: UnitID, revision: Text? = nil) {
        self.unit = unit
        self.revision = revision
    }
}

package struct HistoryRequest: Sendable, Hashable {
    package var unit: UnitID
    /// Entries at most.
    package var limit: Int

    package init(unit: UnitID, limit: Int = 20) {
        self.unit = unit
        self.limit = limit
    }
}

package struct RollbackRequest: Sendable, Hashable {
    package var unit: UnitID
    /// The render digest to go back to; `nil` for the newest good one before the current.
    package var digest: Digest?
    package var reason: Text

    package init(unit: UnitID, digest: Digest?, reason: Text) {
        self.unit = unit
        self.digest = digest
        self.reason = reason
    }
}

package struct MarkRequest: Sendable, Hashable {
    package var unit: UnitID
    /// The content's render digest; `nil` for the newest.
    package var digest: Digest?
    package var reason: Text

    package init(unit: UnitID, digest: Digest?, reason: Text) {
        self.unit = unit
        self.digest = digest
        self.reason = reason
    }
}

package struct ConfirmRequest: Sendable, Hashable {
    package var unit: UnitID
    package var plan: Digest
    package var reason: Text

    package init(unit: UnitID, plan: Digest, reason: Text) {
        self.unit = unit
        self.plan = plan
        self.reason = reason
    }
}

package struct AdoptRequest: Sendable, Hashable {
    package var unit: UnitID
    /// From whom; none for those that are known to apply what somebody declares.
    package var managers: [Text]
    package var isDry: Bool
    package var reason: Text

    package init(unit: UnitID, managers: [Text], isDry: Bool, reason: Text) {
        self.unit = unit
        self.managers = managers
        self.isDry = isDry
        self.reason = reason
    }
}

package struct VerifyRequest: Sendable, Hashable {
    package var checkpoint: CheckpointView?

    package init(checkpoint: CheckpointView?) { self.checkpoint = checkpoint }
}

/// A route that takes nothing.
package struct Nothing: Sendable, Hashable {
    package init() {}
}

/// A route that answers with several.
package struct List<Element: Wire>: Sendable {
    package var items: [Element]

    package init(_ items: [Element]) { self.items = items }
}
