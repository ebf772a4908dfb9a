// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

extension Engine {
    /// What a unit has applied and what that owns, as the target shows it now. Nothing of it is kept.
    package func tree(of unit: UnitID) async throws -> ObjectTree {
        let (entry, driver) = try find(unit)
        return try await driver.tree(of: entry.record.inventory, in: entry.managed.context)
    }
}
