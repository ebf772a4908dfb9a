// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// All that the page of a unit tells. What cannot be looked up is a failure of that part alone.
package struct UnitView: Sendable {
    package typealias Part<Value: Sendable> = Result<Value, APIError>

    package var status: UnitStatus
    package var rendered: Part<RenderedUnit>
    package var drift: Part<DriftReport>
    package var history: Part<[HistoryEntry]>
    package var commits: Part<[UnitCommit]>
    package var events: Part<[EventView]>

    package init(
        status: UnitStatus, rendered: Part<RenderedUnit>, drift: Part<DriftReport>, history: Part<[HistoryEntry]>,
        commits: Part<[UnitCommit]>, events: Part<[EventView]>
    ) {
        self.status = status
        self.rendered = rendered
        self.drift = drift
        self.history = history
        self.commits = commits
        self.events = events
    }

    /// What a timeline tells besides commits and syncs.
    static let kinds: [EventKind] = [
        .drifted, .healed, .fightDetected, .additionsSeen, .adopted, .healthChanged, .paused, .resumed, .confirmed,
        .approved, .rejected, .rolledBack, .markedBad, .badLifted, .planned, .planBlocked, .renderFailed, .cancelled,
        .unitRemoved,
    ]

    /// - Parameter hasOwners: whether the target is asked who holds the fields that differ, which it is read for once more.
    package static func look(
        up unit: UnitID, _ operations: any Operations, hasOwners: Bool = false
    ) async throws(APIError) -> UnitView {
        let status = try await operations.status(of: unit)
        let filter = UnitFilter(unit)
        async let rendered = part { () async throws(APIError) in try await operations.render(unit, revision: nil) }
        async let drift = part { () async throws(APIError) in
            try await operations.diff(filter, hasOwners: hasOwners).first ?? DriftReport(unit: unit)
        }
        async let history = part { () async throws(APIError) in try await operations.history(of: unit, limit: 30) }
        async let commits = part { () async throws(APIError) in try await operations.commits(of: unit, limit: 30) }
        async let events = part { () async throws(APIError) in
            try await operations.events(EventFilter(units: filter, kinds: kinds, limit: 120)).events
        }
        return await UnitView(
            status: status, rendered: rendered, drift: drift, history: history, commits: commits, events: events)
    }

    private static func part<Value: Sendable>(
        _ body: @Sendable () async throws(APIError) -> Value
    ) async -> Part<Value> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}

extension Operations {
    /// How one unit does; ``APIError/Code/notFound`` when there is none of that name.
    func status(of unit: UnitID) async throws(APIError) -> UnitStatus {
        guard let found = try await status(of: UnitFilter(unit)).units.first else {
            throw APIError(.notFound, "there is no unit \(unit)")
        }
        return found
    }
}
