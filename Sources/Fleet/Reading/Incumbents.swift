// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// Which project's application runs under a name. Names of applications are the fleet's: of two projects that declare
/// one, that whose application runs keeps it, so that no tenant can stop or take over another's by its name alone.
package struct Incumbents: Sendable, Hashable {
    private var projects: [FleetName: [ApplicationName: ProjectName]] = [:]

    /// Nobody: what `validate` knows.
    package init() {}

    /// The first project that is named for an application keeps it.
    package mutating func add(_ unit: UnitID, of project: ProjectName) {
        if projects[unit.fleet]?[unit.application] == nil {
            projects[unit.fleet, default: [:]][unit.application] = project
        }
    }

    func project(of application: ApplicationName, in fleet: FleetName?) -> ProjectName? {
        fleet.flatMap { projects[$0]?[application] }
    }
}
