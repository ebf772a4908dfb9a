// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

extension Engine {
    /// What can be called by its name in a unit.
    package struct Names: Sendable {
        /// What the newest version declares, and what the unit has applied and is declared no more.
        package var objects: Set<ObjectID>
        /// What is run at some points of a sync.
        package var hooks: Set<ObjectID>

        package init(objects: Set<ObjectID>, hooks: Set<ObjectID>) {
            self.objects = objects
            self.hooks = hooks
        }
    }

    /// Units of a fleet that a target keeps an inventory of, within the limits of each project.
    package func inventoriedUnits(
        of fleet: FleetName, on target: TargetName, within limits: [ProjectName: Grant]
    ) async throws(TargetError) -> [UnitID: ProjectName] {
        guard let driver = drivers[target] else { return [:] }
        var found: [UnitID: ProjectName] = [:]
        for (project, limits) in limits.sorted(by: { $0.key.text < $1.key.text }) {
            let units = try await driver.inventoriedUnits(of: fleet, within: limits)
            for unit in units where unit.target == target && found[unit] == nil { found[unit] = project }
        }
        return found
    }

    /// The target is not asked.
    package func names(in unit: UnitID) async throws -> Names {
        guard let entry = entries[unit] else { throw ContentError("no unit \(unit)") }
        guard let version = entry.managed.newest else { throw ContentError("\(unit) left the fleet") }
        let rendered = try await content.render(unit, at: version)
        try await note(rendered, of: entry, isPart: false)
        let hooks = Set(rendered.hooks.map(\.id))
        let known = rendered.objects.map(\.id) + entry.record.inventory.entries.keys
        return Names(objects: Set(known).subtracting(hooks), hooks: hooks)
    }
}
