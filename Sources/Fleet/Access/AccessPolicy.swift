// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// Who may do what in a fleet, by its roles as they are at one commit. Pure: a question has one answer.
package struct AccessPolicy: Sendable {
    private let fleet: FleetSnapshot
    private let roles: [RoleName: Role]
    /// Whose units were that the fleet does not declare any more.
    private let former: [UnitID: ProjectName]
    /// Ordered by name.
    package let bindings: [RoleBinding]

    /// - Parameter former: whose units were that the fleet does not declare any more: what happened to them, and that
    ///   they went, is still their project's.
    package init(_ fleet: FleetSnapshot, former: [UnitID: ProjectName] = [:]) {
        self.fleet = fleet
        self.former = former
        let declared = fleet.roles.map { ($0.key, $0.value) } + Role.builtIn.map { ($0.name, $0) }
        roles = Dictionary(declared) { _, builtIn in builtIn }
        bindings = fleet.roleBindings.values.sorted { $0.name < $1.name }
    }

    /// The roles that a binding can give, by name.
    package var allRoles: [Role] { roles.values.sorted { $0.name < $1.name } }

    /// A fleet without roles: only this machine's own user may do something, and tokens that say what for.
    package static let none = AccessPolicy(FleetSnapshot())

    /// What somebody may do, worked out once for many questions.
    package func rights(of principal: Principal) -> AccessRights {
        var entries: [AccessRights.Entry] = []
        for binding in bindings {
            guard let subject = binding.subjects.first(where: { $0.includes(principal) }) else { continue }
            for rule in roles[binding.role]?.rules ?? [] {
                entries.append(
                    AccessRights.Entry(
                        verbs: Set(rule.verbs), scopes: [rule.scope, binding.scope],
                        ground: .binding(binding.name, role: binding.role, subject: subject, place: binding.place)))
            }
        }
        if let scope = principal.scope, !scope.verbs.isEmpty {
            entries.append(
                AccessRights.Entry(
                    verbs: scope.verbs, scopes: [AccessScope(projects: scope.projects.sorted())], ground: .token))
        }
        return AccessRights(principal: principal, entries: entries)
    }

    /// What bindings give to the name of a token, whatever one is made for.
    package func rights(byName token: TokenName) -> AccessRights { rights(of: .token(token, scope: TokenScope())) }

    /// Whether approvals of an application ask for a token of this name.
    package func asks(_ token: TokenName) -> Bool {
        let actor = Principal.token(token, scope: TokenScope()).actor
        return fleet.applications.values.contains { $0.policy.approval?.counts(actor, in: []) ?? false }
    }

    /// - Parameter project: for units that the fleet does not declare any more, where the asker knows better.
    package func facts(of unit: UnitID, project: ProjectName? = nil) -> UnitFacts {
        let isHere = unit.fleet == fleet.name
        let application = isHere ? fleet.applications[unit.application] : nil
        return UnitFacts(
            project: application?.project ?? project ?? former[unit], application: unit.application,
            target: unit.target,
            applicationLabels: application?.labels ?? [:],
            targetLabels: (isHere ? fleet.targets[unit.target] : nil)?.labels ?? [:])
    }

    /// What the units are made from on which a verb is allowed.
    package func sources(of verb: Verb, for rights: AccessRights) -> Set<SourceName> {
        var sieve = AccessSieve(verb, of: rights, by: self)
        var sources: Set<SourceName> = []
        for spec in fleet.units() {
            guard let source = spec.source, !sources.contains(source) else { continue }
            if sieve.allows(spec.unit, of: nil) { sources.insert(source) }
        }
        return sources
    }
}
