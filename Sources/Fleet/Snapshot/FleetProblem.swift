// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Something wrong in a fleet: where, why, what to do, and whom it concerns.
package struct FleetProblem: Error, Sendable, Hashable {
    package var error: ReadingError
    /// What is disabled because of it; empty when nothing is, or when it cannot be told.
    package var affects: [DeclarationID]
    /// The only units that are disabled because of it, where not all of an application's are.
    package var units: [UnitID]

    package init(_ error: ReadingError, affects: [DeclarationID] = [], units: [UnitID] = []) {
        self.error = error
        self.affects = affects
        self.units = units
    }
}

extension FleetProblem: CustomStringConvertible {
    package var description: String { error.description }
}
