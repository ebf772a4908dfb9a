// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// The units on which one verb is allowed, for many of them in a row: an application is judged once as long as its units
/// follow each other, and a target once.
package struct AccessSieve: Sendable {
    /// What holds for an application, wherever it runs.
    private struct Judged: Sendable {
        var fleet: FleetName
        var application: ApplicationName
        var project: ProjectName?
        /// The entries that are about it, by their places.
        var fitting: [Int]
        /// Whether one of them speaks of all targets.
        var isEverywhere: Bool
    }

    private let policy: AccessPolicy
    private let isOpen: Bool
    private let entries: [AccessRights.Entry]
    private var judged: Judged?
    /// Which entries are about a target, of the fleet of ``judged``.
    private var targets: [TargetName: [Bool]] = [:]
    /// How often somebody looked up what the fleet says of an application or a target, for tests.
    package private(set) var questions = 0

    package init(_ verb: Verb, of rights: AccessRights, by policy: AccessPolicy) {
        self.policy = policy
        isOpen = rights.isOfMachine
        entries = rights.entries.filter { $0.verbs.contains(verb) }
    }

    /// The same as ``AccessRights/allows(_:on:)`` of ``AccessPolicy/facts(of:project:)``.
    package mutating func allows(_ unit: UnitID, of project: ProjectName?) -> Bool {
        if isOpen { return true }
        let application = judge(unit, of: project)
        if application.isEverywhere { return true }
        guard !application.fitting.isEmpty else { return false }
        let fits = targets[unit.target] ?? judge(targetOf: unit)
        return application.fitting.contains { fits[$0] }
    }

    private mutating func judge(_ unit: UnitID, of project: ProjectName?) -> Judged {
        if let judged, judged.application == unit.application, judged.project == project, judged.fleet == unit.fleet {
            return judged
        }
        if judged?.fleet != unit.fleet { targets = [:] }
        questions += 1
        let facts = policy.facts(of: unit, project: project)
        let fitting = entries.indices.filter { entries[$0].scopes.allSatisfy { $0.includes(applicationOf: facts) } }
        let now = Judged(
            fleet: unit.fleet, application: unit.application, project: project, fitting: fitting,
            isEverywhere: fitting.contains { entries[$0].scopes.allSatisfy { $0.on == nil } })
        judged = now
        return now
    }

    private mutating func judge(targetOf unit: UnitID) -> [Bool] {
        questions += 1
        let facts = policy.facts(of: unit)
        let fits = entries.map { $0.scopes.allSatisfy { $0.includes(targetOf: facts) } }
        targets[unit.target] = fits
        return fits
    }
}
