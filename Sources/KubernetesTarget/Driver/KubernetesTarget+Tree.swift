// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import KubernetesClient
import Manifest
package import Model

extension KubernetesTarget {
    /// Many who look at one unit at the same time are one look.
    package func tree(of inventory: Inventory, in unit: UnitContext) async throws(TargetError) -> ObjectTree {
        let reach = try reach(for: unit)
        return try await trees.run(unit.unit) { [clocks, width] () async throws(TargetError) in
            let budget = TreeBudget(TreeBudget.Limits(), clocks)
            let tree = await TreeReader(reach: reach, width: width, clocks: clocks, budget: budget).read(inventory)
            // Cut short because whoever asked first is gone: others who wait ask again.
            if Task.isCancelled { throw TargetError(reason: "the look was given up", isTransient: true) }
            return tree
        }
    }
}
