// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Algorithms
import Manifest
import Model

/// What is known of an inventory that lies in a cluster: enough to tell whether another has to be written, in eight
/// bytes an object. Hashes are good within this process.
struct StoredClaim: Sendable {
    /// One for each object, in order.
    private let marks: [Int]
    /// ConfigMaps that it takes.
    let parts: Int

    init(of inventory: Inventory, parts: Int) {
        marks = inventory.entries.map { Self.mark($0.key, uid: $0.value.uid, wave: $0.value.wave) }.sorted()
        self.parts = parts
    }

    /// Whether it says as much as an inventory: it may lack UIDs, which nobody knew when it was written. An object that
    /// it names is told from another of the same name by its claim.
    func stands(for inventory: Inventory) -> Bool {
        marks.count == inventory.entries.count
            && inventory.entries.allSatisfy { id, entry in
                holds(Self.mark(id, uid: entry.uid, wave: entry.wave))
                    || holds(Self.mark(id, uid: "", wave: entry.wave))
            }
    }

    private func holds(_ mark: Int) -> Bool {
        let index = marks.partitioningIndex { $0 >= mark }
        return index < marks.count && marks[index] == mark
    }

    private static func mark(_ id: ObjectID, uid: Text, wave: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(id)
        hasher.combine(uid)
        hasher.combine(wave)
        return hasher.finalize()
    }
}
