// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A fleet as one tree declares it.
package struct FleetSnapshot: Sendable {
    package var name: FleetName?
    package var targets: [TargetName: Target] = [:]
    package var sources: [SourceName: Source] = [:]
    package var projects: [ProjectName: Project] = [:]
    package var applications: [ApplicationName: Application] = [:]
    package var problems: [FleetProblem] = []
    /// What people should know although nothing is wrong.
    package var notices: [Text] = []
    /// Whether every file could be read far enough to tell what it declares. Nothing counts as removed otherwise.
    package var isComplete = true

    package init() {}

    /// Declarations that are there but broken: what they declare stays as it was.
    package var disabled: Set<DeclarationID> { Set(problems.compactMap(\.disables)) }

    /// No declarations at all: never a reason to remove anything.
    package var isEmpty: Bool { applications.isEmpty && targets.isEmpty }
}

/// What is wrong with the fleet's files, and what it disables.
package struct FleetProblem: Sendable, Hashable {
    package var error: ReadingError
    /// `nil` when it cannot be told.
    package var disables: DeclarationID?

    package init(_ error: ReadingError, disables: DeclarationID? = nil) {
        self.error = error
        self.disables = disables
    }
}

/// Everything the engine needs to know of one unit.
package struct UnitSpec: Sendable, Hashable {
    package var unit: UnitID
    package var project: ProjectName
    /// `nil`: the fleet repository itself.
    package var source: SourceName?
    package var follow: Application.Follow?
    package var path: TreePath
    package var place: Target.Place
    package var limits: HostLimits
    package var policy: SyncPolicy
    package var dependsOn: [UnitID]
}
