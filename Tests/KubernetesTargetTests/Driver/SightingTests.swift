// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesTarget

/// What is kept of the content of a live object: one number, taken again only for another generation.
@Suite struct SightingTests {
    private func live(_ generation: Int64, _ image: Text, uid: Text = "u") -> Value {
        let fields: Value = ["f:spec": ["f:image": [:]], "f:metadata": ["f:labels": ["f:a": [:]]]]
        return [
            "apiVersion": "v1", "kind": "Thing",
            "metadata": [
                "name": "a", "uid": .string(uid), "resourceVersion": "1", "generation": .number(Number(generation)),
                "managedFields": [
                    [
                        "manager": "trimtab", "operation": "Apply", "apiVersion": "v1", "fieldsV1": fields,
                    ]
                ],
            ],
            "spec": ["image": .string(image)],
        ]
    }

    private func sighting(_ live: Value, known: TrackedObject.Sighting? = nil) -> TrackedObject.Sighting {
        TrackedObject.Sighting(
            live, ours: ManagedFields(of: live).applied(by: "trimtab"), isOurs: true, known: known)
    }

    @Test func `another content is another number`() {
        #expect(sighting(live(1, "one")).content == sighting(live(2, "one")).content)
        #expect(sighting(live(1, "one")).content != sighting(live(2, "two")).content)
    }

    @Test func `what is of the same generation is taken to have the same content, and nothing else is`() {
        let known = sighting(live(1, "one"))
        #expect(sighting(live(1, "other"), known: known).content == known.content)
        #expect(sighting(live(2, "other"), known: known).content != known.content)
        #expect(sighting(live(1, "other", uid: "v"), known: known).content != known.content)
        // Kinds without generations are read each time.
        let unversioned = sighting(live(0, "one"))
        #expect(sighting(live(0, "other"), known: unversioned).content != unversioned.content)
    }

    @Test func `what is kept of an object takes two hundred bytes, and what few have is not among them`() {
        // With its UID, its versions, both hashes, its name where that is short, and its place in the table.
        #expect(MemoryLayout<TrackedObject>.size <= 169)
        #expect(MemoryLayout<TrackedObjects.Slot?>.stride <= 200)
        #expect(MemoryLayout<TrackedObjects.Place>.size == 4)
        // One for all objects of a feed, however many there are.
        let key = FeedKey(
            identity: "user", resource: InventoryBooks.resource, namespace: "default", fleet: "acme", name: nil)
        #expect(MemoryLayout.size(ofValue: key) == MemoryLayout<Int>.size)
    }

    @Test func `a record comes back as it was kept, and an older one not at all`() throws {
        var record = ObjectRecord(
            uid: "u", resourceVersion: "5", generation: 2, desired: Value(1).digest(), owned: nil, isExtended: true)
        #expect(ObjectRecord(bytes: record.bytes) == record)
        record.isExtended = false
        #expect(ObjectRecord(bytes: record.bytes) == record)
        #expect(ObjectRecord(bytes: Array(#"["u","5",2,null,null]"#.utf8)) == nil)
    }
}
