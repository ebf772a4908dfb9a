// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Model

/// As whom, and within which limits, the engine acts on a target for a unit.
package struct UnitContext: Sendable, Hashable {
    package var unit: UnitID
    package var project: ProjectName
    package var limits: HostLimits

    package init(unit: UnitID, project: ProjectName, limits: HostLimits) {
        self.unit = unit
        self.project = project
        self.limits = limits
    }
}
