// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Algorithms
package import Manifest
package import Model

/// A fleet repository at one commit, read and checked.
package struct FleetSnapshot: Sendable, Hashable {
    /// `nil` when `fleet.yaml` is missing or not in order: then nothing else was read.
    package var name: FleetName?
    /// Only what is in order; see ``disabled`` for the rest.
    package var targets: [TargetName: Target]
    package var sources: [SourceName: Source]
    package var projects: [ProjectName: Project]
    package var secretStores: [SecretStoreName: SecretStore] = [:]
    package var roles: [RoleName: Role] = [:]
    package var roleBindings: [RoleBindingName: RoleBinding] = [:]
    package var notifications: [NotificationName: NotificationRule] = [:]
    package var applications: [ApplicationName: Application]
    /// Ordered by unit.
    var specs: [UnitSpec]
    /// In the order of files and lines.
    package var problems: [FleetProblem]
    /// What a person should know though nothing is wrong.
    package var notices: [Text]
    /// What is declared, but not in order.
    package var disabled: Set<DeclarationID>
    package var disabledUnits: Set<UnitID>
    /// Where something is written that could not be read, so that nobody knows what it declares.
    package var unreadable: Set<Territory>
    package var plainSecrets = PlainSecretPolicy.deny
    /// What the fleet's own declarations lie in; empty in the short form.
    package var folders: [TreePath] = []

    /// Whether every file could be read far enough to tell what it declares. Nothing counts as removed otherwise.
    package var isComplete: Bool { name != nil && unreadable.isEmpty }

    /// Whether nothing is declared at all, not even something broken: never a reason to remove anything.
    package var isEmpty: Bool {
        applications.isEmpty && targets.isEmpty && isComplete
            && !disabled.contains { $0.kind == .application || $0.kind == .target }
    }

    /// Every application on every target that it selects, as far as both are in order; ordered by id.
    package func units() -> [UnitSpec] { specs }
}

extension FleetSnapshot {
    /// A fleet of which nothing was read yet.
    package init() {
        self.init(
            name: nil, targets: [:], sources: [:], projects: [:], applications: [:], specs: [], problems: [],
            notices: [], disabled: [], disabledUnits: [], unreadable: [])
    }
}

/// Who may have written a file.
package enum Territory: Sendable, Hashable {
    /// Any kind may be declared here.
    case platform
    case project(ProjectName)
}

extension FleetSnapshot {
    /// What becomes of a unit that was there before.
    package enum Fate: Sendable, Hashable {
        case declared(UnitSpec)
        /// Keeps its last good version: what declares it is broken now, and why.
        case disabled(reason: Text)
        /// Somebody took it out.
        case removed
    }

    /// Only what is missing from a fleet that is wholly understood counts as removed. In doubt a unit is disabled, so
    /// that a broken file never deletes anything.
    package func fate(of unit: UnitID, project: ProjectName) -> Fate {
        if let spec = spec(of: unit) { return .declared(spec) }
        guard name != nil else { return .disabled(reason: "fleet.yaml is missing or not in order") }
        if isEmpty { return .disabled(reason: "the fleet is suddenly empty") }
        let application = DeclarationID(.application, unit.application.text)
        let target = DeclarationID(.target, unit.target.text)
        for concerned in [target, application] where disabled.contains(concerned) {
            return .disabled(reason: reason(for: concerned) ?? "\(concerned) is not in order")
        }
        if disabledUnits.contains(unit) {
            let problem = problems.first { $0.units.contains(unit) }
            return .disabled(reason: problem.map { Text($0.description) } ?? "\(unit) is not in order")
        }
        if unreadable.contains(.platform) || unreadable.contains(.project(project)) {
            return .disabled(reason: "a file that may declare it cannot be read")
        }
        return .removed
    }

    private func spec(of unit: UnitID) -> UnitSpec? {
        let index = specs.partitioningIndex { $0.unit >= unit }
        return index < specs.count && specs[index].unit == unit ? specs[index] : nil
    }

    private func reason(for declaration: DeclarationID) -> Text? {
        problems.first { $0.affects.contains(declaration) }.map { Text($0.description) }
    }
}
