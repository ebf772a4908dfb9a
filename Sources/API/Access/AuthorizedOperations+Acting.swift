// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest
package import Model

// Acts are recorded as the principal's, whatever actor the caller names.
extension AuthorizedOperations {
    package func sync(
        _ units: UnitFilter, part: PartRequest, reason: Text, actor _: Actor
    ) async throws(APIError) -> [SyncResult] {
        try await engine.sync(
            try await permitted(.sync, units), part: part, reason: reason, actor: principal.actor)
    }

    package func cancel(_ units: UnitFilter, reason: Text, actor _: Actor) async throws(APIError) -> ActResult {
        try await engine.cancel(try await permitted(.sync, units), reason: reason, actor: principal.actor)
    }

    /// Whoever may sync a unit may have its source looked at.
    package func refresh(_ sources: [SourceName], reason: Text, actor _: Actor) async throws(APIError) -> ActResult {
        let judge = await judge()
        if judge.rights.allowsEverywhere(.sync) {
            return try await engine.refresh(sources, reason: reason, actor: principal.actor)
        }
        let own = judge.policy.sources(of: .sync, for: judge.rights)
        if let other = sources.first(where: { !own.contains($0) }) {
            throw APIError(.notFound, "no source \(other) is read here")
        }
        guard !own.isEmpty else { throw APIError(.forbidden, judge.rights.decideOnFleet(.sync).reason) }
        let meant = sources.isEmpty ? own.sorted() : sources
        do throws(APIError) {
            return try await engine.refresh(meant, reason: reason, actor: principal.actor)
        } catch {
            // The advice lists the sources of others.
            throw APIError(error.code, error.message)
        }
    }

    package func accept(
        _ source: SourceName, commit: Text?, reason: Text, actor _: Actor
    ) async throws(APIError) -> ActResult {
        try await require(.accept)
        return try await engine.accept(source, commit: commit, reason: reason, actor: principal.actor)
    }

    package func pause(
        _ units: UnitFilter, until: Time, reason: Text, actor _: Actor
    ) async throws(APIError) -> ActResult {
        let units = try await permitted(.pause, units)
        return try await engine.pause(units, until: until, reason: reason, actor: principal.actor)
    }

    package func resume(_ units: UnitFilter, reason: Text, actor _: Actor) async throws(APIError) -> ActResult {
        try await engine.resume(try await permitted(.pause, units), reason: reason, actor: principal.actor)
    }

    package func rollback(
        _ unit: UnitID, to digest: Digest?, reason: Text, actor _: Actor
    ) async throws(APIError) -> SyncResult {
        try await require(.rollback, on: unit)
        return try await engine.rollback(unit, to: digest, reason: reason, actor: principal.actor)
    }

    package func markBad(
        _ unit: UnitID, content digest: Digest?, reason: Text, actor _: Actor
    ) async throws(APIError) -> ActResult {
        try await require(.rollback, on: unit)
        return try await engine.markBad(unit, content: digest, reason: reason, actor: principal.actor)
    }

    package func undoRollback(_ unit: UnitID, reason: Text, actor _: Actor) async throws(APIError) -> SyncResult {
        try await require(.rollback, on: unit)
        return try await engine.undoRollback(unit, reason: reason, actor: principal.actor)
    }

    package func confirm(
        _ unit: UnitID, plan: Digest, reason: Text, actor _: Actor
    ) async throws(APIError) -> ActResult {
        try await require(.confirm, on: unit)
        return try await engine.confirm(unit, plan: plan, reason: reason, actor: principal.actor)
    }

    package func adopt(
        _ unit: UnitID, from managers: [Text], isDry: Bool, reason: Text, actor _: Actor
    ) async throws(APIError) -> AdoptionReport {
        try await require(.confirm, on: unit)
        return try await engine.adopt(unit, from: managers, isDry: isDry, reason: reason, actor: principal.actor)
    }

    /// To do without others is for those who may do everything.
    package func approve(_ request: ApprovalRequest, by _: Principal) async throws(APIError) -> ActResult {
        try await require(.approve, on: request.unit)
        if request.isBreakGlass { try await require(.admin) }
        return try await engine.approve(request, by: principal)
    }

    package func reject(_ request: ApprovalRequest, by _: Principal) async throws(APIError) -> ActResult {
        try await require(.approve, on: request.unit)
        return try await engine.reject(request, by: principal)
    }

    /// Nobody gives away what they do not have.
    package func createToken(_ request: TokenRequest, actor _: Actor) async throws(APIError) -> IssuedToken {
        try await require(.admin)
        let judge = await judge()
        let named = judge.policy.rights(byName: request.name)
        for verb in Verb.allCases where request.scope.verbs.contains(verb) || named.allowsSomewhere(verb) {
            try await require(verb)
        }
        // Whoever could make it would be one more of those who are asked.
        guard judge.rights.isOfMachine || !judge.policy.asks(request.name) else {
            throw APIError(
                .forbidden, "approvals ask for the token \(request.name)",
                advice: "make it at the hub's own machine: trimtab auth token create \(request.name)")
        }
        return try await engine.createToken(request, actor: principal.actor)
    }

    package func revokeToken(_ name: TokenName, reason: Text, actor _: Actor) async throws(APIError) -> ActResult {
        try await require(.admin)
        return try await engine.revokeToken(name, reason: reason, actor: principal.actor)
    }
}
