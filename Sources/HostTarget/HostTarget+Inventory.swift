// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Manifest
package import Model

extension HostTarget {
    package func store(_ inventory: Inventory, of unit: UnitContext) async throws(TargetError) {
        try await blocking { [book, root] () throws(HostFault) in
            var ledger = try book.ledger(of: unit.unit) ?? UnitLedger()
            // An audit asks for what is there already: nothing is copied for that.
            let doubts = ledger.doubts
            if ledger.holds(inventory), doubts.isEmpty { return }
            ledger.adopt(inventory)
            // Whoever was asked to has removed it.
            for path in doubts.compactMap(\.entry.path) where try !root.holds(path) {
                ledger.former.removeAll { $0.entry.path == path }
            }
            try book.store(ledger, of: unit.unit)
        }
    }

    /// How files stood when they were last seen as desired, of those that a wave writes and nobody knows the maker of.
    func lastSeen(in order: WaveOrder, of unit: UnitContext) async throws(TargetError) -> [ObjectID: Observation] {
        let ledger = book.lastRead(of: unit.unit) ?? UnitLedger()
        let objects = order.items.compactMap(\.desired).filter { ledger.isUncertain($0.id) }
        guard !objects.isEmpty else { return [:] }
        return try await loadObservations(of: objects, in: unit).compactMapValues { Observation(bytes: $0) }
    }

    package func storedInventory(of unit: UnitContext) async throws(TargetError) -> Inventory? {
        try await blocking { [book] () throws(HostFault) in try book.ledger(of: unit.unit)?.inventory }
    }
}
