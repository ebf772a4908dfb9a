// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing

@testable import KubernetesTarget

/// An inventory that was stored stands for another as long as it names the same objects.
@Suite struct StoredClaimTests {
    private func inventory(_ objects: [String: String], wave: Int = 0) -> Inventory {
        Inventory(
            entries: Dictionary(
                uniqueKeysWithValues: objects.map { name, uid in
                    let id = ObjectID(group: "", kind: "ConfigMap", namespace: "shop", name: Text(name))
                    return (id, Inventory.Entry(uid: Text(uid), applied: nil, wave: wave))
                }))
    }

    private func stands(_ stored: Inventory, for wanted: Inventory) -> Bool {
        StoredClaim(of: stored, parts: 1).stands(for: wanted)
    }

    @Test func `one stands for itself, and an empty one for an empty one`() {
        let some = inventory(["a": "1", "b": "2", "c": "3"])
        #expect(stands(some, for: some))
        #expect(stands(inventory([:]), for: inventory([:])))
    }

    @Test func `one that was written before UIDs were known stands for one with them, and not the other way`() {
        let (early, late) = (inventory(["a": "", "b": ""]), inventory(["a": "1", "b": "2"]))
        #expect(stands(early, for: late))
        #expect(!stands(late, for: early))
    }

    @Test func `another object, another UID, another wave or one object more or less is another inventory`() {
        let stored = inventory(["a": "1", "b": "2"])
        #expect(!stands(stored, for: inventory(["a": "1", "c": "2"])))
        #expect(!stands(stored, for: inventory(["a": "1", "b": "3"])))
        #expect(!stands(stored, for: inventory(["a": "1", "b": "2"], wave: 1)))
        #expect(!stands(stored, for: inventory(["a": "1"])))
        #expect(!stands(stored, for: inventory(["a": "1", "b": "2", "c": "3"])))
    }
}
