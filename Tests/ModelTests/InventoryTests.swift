// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import TestSupport
import Testing

@testable import Model

/// Entries of an inventory, loose and packed.
@Suite struct InventoryTests {
    private func id(_ index: Int) -> ObjectID {
        ObjectID(
            group: index % 3 == 0 ? "" : "apps", kind: index % 2 == 0 ? "ConfigMap" : "Deployment",
            namespace: Text("n\(index % 5)"), name: Text("m-\(index)"))
    }

    private func entry(_ step: Int) -> Inventory.Entry {
        let uid = Text("0e8f2c1a-0000-4000-8000-\(String(1_000_000_000_000 + step).dropFirst())")
        return Inventory.Entry(
            uid: [uid, "/etc/motd", "", "0E8F2C1A-0000-4000-8000-000000000000"][step % 4],
            applied: step % 3 == 0 ? nil : Digest(of: [UInt8(step % 256)]), wave: [0, -1, step, .max][step % 4])
    }

    @Test func `packed or not, they are what was put in`() {
        var entries = Inventory.Entries()
        var model: [ObjectID: Inventory.Entry] = [:]
        var random = SplitMix(seed: 3)
        for step in 0..<3000 {
            let id = id(Int.random(in: 0..<40, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: entries.settle()
            case 1:
                entries[id] = nil
                model[id] = nil
            case 2:
                entries[id]?.wave = step
                model[id]?.wave = step
            default:
                entries[id] = entry(step)
                model[id] = entry(step)
            }
            #expect(entries[id] == model[id])
            #expect(entries.count == model.count)
        }
        #expect(Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) }) == model)
        #expect(entries == Inventory.Entries(model))
        #expect(entries.hashValue == Inventory.Entries(model).hashValue)
    }

    @Test func `what is settled is equal to what is not, and changes alike`() {
        let loose = Inventory(entries: Dictionary(uniqueKeysWithValues: (0..<40).map { (id($0), entry($0 * 4)) }))
        var settled = loose
        settled.entries.settle()
        #expect(settled == loose)
        #expect(settled.claim == loose.claim)
        #expect(settled.claim.entries.values.allSatisfy { $0.applied == nil })
        settled.entries[id(1)] = nil
        #expect(settled != loose)
        settled.entries[id(99)] = entry(0)
        #expect(settled.entries.count == 40 && settled.entries[id(99)] == entry(0))
    }

    @Test func `an entry takes 72 bytes at rest, with its UID`() {
        #expect(InventoryRows.bytesOfRow <= 72)
    }

    @Test(arguments: ["00000000-0000-0000-0000-000000000000", "0e8f2c1a-9b7d-4f60-8a11-fedcba987654"] as [Text])
    func `a UUID comes back as it was written`(uid: Text) {
        #expect(CompactUID(uid)?.text == uid)
    }

    @Test(
        arguments: [
            "", "u", "0E8F2C1A-9B7D-4F60-8A11-FEDCBA987654", "0e8f2c1a-9b7d-4f60-8a11-fedcba98765",
            "0e8f2c1a-9b7d-4f60-8a11-fedcba9876543", "0e8f2c1a9-b7d-4f60-8a11-fedcba987654",
            "0e8f2c1a-9b7d-4f60-8a11-fedcba98765g", "0e8f2c1a-9b7d-4f60-8a11-fedcba98765é",
        ] as [Text])
    func `what would come back as something else is no UUID`(uid: Text) {
        #expect(CompactUID(uid) == nil)
    }
}
