// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import TestSupport
import Testing

/// A record that was half read would be half forgotten.
@Suite struct UnitRecordValueTests {
    private func written(_ inventory: Value?) -> Value {
        var object = UnitRecord().value.objectValue ?? Object()
        object["inventory"] = inventory
        return .object(object)
    }

    private var entry: Value { ["/srv/a", Value(Digest(of: [1])), 3] }

    @Test func `an inventory comes back as it was kept`() throws {
        var record = UnitRecord()
        record.inventory.entries = [
            object("a"): Inventory.Entry(uid: "/srv/a", applied: Digest(of: [1]), wave: -3),
            object("b"): Inventory.Entry(uid: "", applied: nil, wave: 0),
        ]
        #expect(UnitRecord(record.value) == record)
    }

    @Test func `that a unit was given secrets once is not forgotten`() {
        var record = UnitRecord()
        #expect(UnitRecord(record.value)?.hadSecrets == false)
        record.hadSecrets = true
        #expect(UnitRecord(record.value)?.hadSecrets == true)
        // Records of before there was a word for it say it by what they hold.
        record.secrets = [SecretAccess(place: "vault:a", keys: ["value"], version: "1")]
        #expect(record.value["hadSecrets"] == nil && UnitRecord(record.value) == record)
    }

    @Test func `an inventory with anything that was never written is refused`() throws {
        let key = object("a").key
        let good = Value.object(Object(uniquePairs: [(key, entry)]))
        #expect(UnitRecord(written(good))?.inventory.entries.count == 1)
        let bad: [Value] = [
            [:], [], "x", .object(Object(uniquePairs: [("no key", entry)])),
            .object(Object(uniquePairs: [(key, entry), ("x", entry)])),
            .object(Object(uniquePairs: [(key, ["/srv/a", "abc", 3])])),
            .object(Object(uniquePairs: [(key, ["/srv/a", .null])])),
            .object(Object(uniquePairs: [(key, [1, .null, 3])])),
            .object(Object(uniquePairs: [(key, ["/srv/a", .null, "3"])])),
        ]
        for value in bad { #expect(UnitRecord(written(value)) == nil, "\(value)") }
    }
}
