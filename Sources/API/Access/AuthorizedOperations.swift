// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
import Manifest
package import Model

/// An engine as one principal may see and use it: what they may not see is not there, and what they may not do is
/// refused before anything happens.
///
/// Roles are looked up for every question, so that a stream or a page that stays open does not outlive them. What is not
/// there and what may not be seen give the same error.
package struct AuthorizedOperations: Sendable {
    package let principal: Principal
    let engine: any Operations
    private let policy: @Sendable () async -> AccessPolicy

    /// - Parameter policy: what the roles say now.
    package init(
        _ engine: any Operations, for principal: Principal, policy: @escaping @Sendable () async -> AccessPolicy
    ) {
        self.engine = engine
        self.principal = principal
        self.policy = policy
    }

    /// The roles as they are now, and what they give to the principal.
    struct Judge: Sendable {
        var policy: AccessPolicy
        var rights: AccessRights

        func allows(_ verb: Verb, on status: UnitStatus) -> Bool {
            rights.allows(verb, on: policy.facts(of: status.unit, project: status.project))
        }
    }

    func judge() async -> Judge {
        let policy = await policy()
        return Judge(policy: policy, rights: policy.rights(of: principal))
    }

    /// Whether the principal may do something with a unit, for pages that offer it.
    package func may(_ verb: Verb, on unit: UnitStatus) async -> Bool { await judge().allows(verb, on: unit) }

    /// The same for what belongs to no unit.
    package func may(_ verb: Verb) async -> Bool { await judge().rights.allowsEverywhere(verb) }

    /// Whether there is anything on which the verb is allowed.
    package func maySomewhere(_ verb: Verb) async -> Bool { await judge().rights.allowsSomewhere(verb) }
}

extension AuthorizedOperations {
    /// The units of the filter that may be seen.
    func visible(_ filter: UnitFilter, _ judge: Judge) async throws(APIError) -> [UnitStatus] {
        var sieve = AccessSieve(.read, of: judge.rights, by: judge.policy)
        return try await engine.status(of: filter).units.filter { sieve.allows($0.unit, of: $0.project) }
    }

    /// The filter without what may not be seen; `nil` when nothing is left.
    func readable(_ filter: UnitFilter) async throws(APIError) -> UnitFilter? {
        let judge = await judge()
        if judge.rights.allowsEverywhere(.read) { return filter }
        return UnitFilter(exactly: try await visible(filter, judge).map(\.unit))
    }

    /// The units that an act is about, all of which it is allowed on: an act is done as a whole or not at all.
    func permitted(_ verb: Verb, _ filter: UnitFilter) async throws(APIError) -> UnitFilter {
        let judge = await judge()
        if judge.rights.allowsEverywhere(.read), judge.rights.allowsEverywhere(verb) { return filter }
        let units = try await visible(filter, judge)
        if let refused = units.first(where: { !judge.allows(verb, on: $0) }) {
            throw refusal(of: verb, on: refused, judge)
        }
        guard let narrowed = UnitFilter(exactly: units.map(\.unit)) else {
            throw APIError(.notFound, "no unit matches", advice: "trimtab status lists them")
        }
        return narrowed
    }

    /// Refuses a verb on one unit, and a unit that may not be seen as if it were not there.
    func require(_ verb: Verb, on unit: UnitID) async throws(APIError) {
        let judge = await judge()
        if judge.rights.allowsEverywhere(.read), judge.rights.allowsEverywhere(verb) { return }
        guard let status = try await visible(UnitFilter(unit), judge).first else {
            throw APIError(.notFound, "no unit \(unit)", advice: "trimtab status lists them")
        }
        if !judge.allows(verb, on: status) { throw refusal(of: verb, on: status, judge) }
    }

    /// Refuses what belongs to no unit.
    func require(_ verb: Verb) async throws(APIError) {
        let decision = await judge().rights.decideOnFleet(verb)
        if !decision.isAllowed { throw APIError(.forbidden, decision.reason) }
    }

    private func refusal(of verb: Verb, on status: UnitStatus, _ judge: Judge) -> APIError {
        let facts = judge.policy.facts(of: status.unit, project: status.project)
        let decision = judge.rights.decide(verb, on: status.unit, facts)
        return APIError(
            .forbidden, decision.reason,
            advice:
                "\"trimtab auth explain \(verb.rawValue) \(status.unit.application)@\(status.unit.target)\" says what would allow it"
        )
    }
}

extension UnitFilter {
    /// `nil` for no units: a filter without patterns would mean all.
    init?(exactly units: [UnitID]) {
        guard !units.isEmpty else { return nil }
        self.init(patterns: units.map { UnitPattern($0) })
    }
}
