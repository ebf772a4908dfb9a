// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import KubernetesClient
package import Model

extension KubernetesTarget {
    /// Many who look at one unit at the same time are one look.
    package func tree(of inventory: Inventory, in unit: UnitContext) async throws(TargetError) -> ObjectTree {
        let reach = try reach(for: unit)
        return try await trees.run(unit.unit) { [clocks, width] () async throws(TargetError) in
            let budget = TreeBudget(TreeBudget.Limits(), clocks)
            return await TreeReader(reach: reach, width: width, clocks: clocks, budget: budget).read(inventory)
        }
    }
}
