// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Model

/// As whom, within which limits and by which rules the engine acts on a target for a unit.
package struct UnitContext: Sendable, Hashable {
    package var unit: UnitID
    package var project: ProjectName
    package var limits: Grant
    package var driftRules: DriftRules

    package init(unit: UnitID, project: ProjectName, limits: Grant, driftRules: DriftRules = DriftRules()) {
        self.unit = unit
        self.project = project
        self.limits = limits
        self.driftRules = driftRules
    }
}
