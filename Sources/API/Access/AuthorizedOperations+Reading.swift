// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest
package import Model

extension AuthorizedOperations {
    package func status(of units: UnitFilter) async throws(APIError) -> FleetStatus {
        let judge = await judge()
        var status = try await engine.status(of: units)
        guard !judge.rights.allowsEverywhere(.read) else { return status }
        var sieve = AccessSieve(.read, of: judge.rights, by: judge.policy)
        // What is taken out of a list that others share is paid for by the whole list.
        status.units = status.units.filter { sieve.allows($0.unit, of: $0.project) }
        let sources = judge.policy.sources(of: .read, for: judge.rights)
        status.sources.removeAll { !sources.contains($0.name) }
        // They speak of everybody's files and targets.
        status.problems = []
        status.notices = []
        return status
    }

    package func stirs(after mark: UInt64?, wait: Duration) async -> UnitStirs {
        var stirs = await engine.stirs(after: mark, wait: wait)
        let judge = await judge()
        guard let units = stirs.units, !judge.rights.allowsEverywhere(.read) else { return stirs }
        stirs.units = units.filter { judge.rights.allows(.read, on: judge.policy.facts(of: $0)) }
        return stirs
    }

    /// Whose a unit is now says who may see what it was.
    package func past(_ request: PastRequest) async throws(APIError) -> PastStatus {
        let judge = await judge()
        var status = try await engine.past(request)
        guard !judge.rights.allowsEverywhere(.read) else { return status }
        status.units.removeAll { entry in
            !judge.rights.allows(.read, on: judge.policy.facts(of: entry.unit, project: entry.past.project))
        }
        return status
    }

    package func plan(
        _ units: UnitFilter, revision: Text?, part: PartRequest
    ) async throws(APIError) -> [PlanView] {
        guard let units = try await readable(units) else { return [] }
        return try await engine.plan(units, revision: revision, part: part)
    }

    package func diff(_ units: UnitFilter, hasOwners: Bool) async throws(APIError) -> [DriftReport] {
        guard let units = try await readable(units) else { return [] }
        return try await engine.diff(units, hasOwners: hasOwners)
    }

    package func tree(of unit: UnitID) async throws(APIError) -> UnitTree {
        try await require(.read, on: unit)
        return try await engine.tree(of: unit)
    }

    package func render(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderedUnit {
        try await require(.read, on: unit)
        return try await engine.render(unit, revision: revision)
    }

    package func explain(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderExplanation {
        try await require(.read, on: unit)
        return try await engine.explain(unit, revision: revision)
    }

    package func history(of unit: UnitID, limit: Int) async throws(APIError) -> [HistoryEntry] {
        try await require(.read, on: unit)
        return try await engine.history(of: unit, limit: limit)
    }

    package func commits(of unit: UnitID, limit: Int) async throws(APIError) -> [UnitCommit] {
        try await require(.read, on: unit)
        return try await engine.commits(of: unit, limit: limit)
    }

    package func checkpoint() async throws(APIError) -> CheckpointView {
        try await require(.audit)
        return try await engine.checkpoint()
    }

    package func verify(against checkpoint: CheckpointView?) async throws(APIError) -> Verification {
        try await require(.audit)
        return try await engine.verify(against: checkpoint)
    }

    package func tokens() async throws(APIError) -> [TokenView] {
        try await require(.admin)
        return try await engine.tokens()
    }

    /// They name everybody.
    package func roles() async throws(APIError) -> RoleList {
        try await require(.admin)
        return try await engine.roles()
    }

    /// Everybody may ask about themselves; about others only those who may see who has which role.
    package func decide(_ question: AccessQuestion, for _: Principal) async throws(APIError) -> AccessAnswer {
        if question.subject != nil { try await require(.admin) }
        return try await engine.decide(question, for: principal)
    }
}
