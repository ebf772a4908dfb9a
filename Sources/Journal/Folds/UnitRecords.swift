// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What the journal knows of every unit: inventory, history, pauses, drift.
package struct UnitRecords: Fold {
    package static let name: Text = "unitRecords"
    package static let version = 1

    package private(set) var records: [UnitID: UnitRecord] = [:]

    package init() {}

    package mutating func apply(_ event: Event) {
        if let unit = event.unit { records[unit, default: UnitRecord()].apply(event) }
    }

    package var state: Value {
        let pairs = records.map { (key: Text($0.key.description), value: $0.value.value) }
        return .object(Object(uniquePairs: pairs.sorted { $0.key < $1.key }))
    }

    package init?(state: Value, version: Int) {
        guard version == Self.version, let object = state.objectValue else { return nil }
        records.reserveCapacity(object.count)
        for (unit, record) in object.pairs {
            guard let unit = UnitID(parsing: unit), let record = UnitRecord(record) else { return nil }
            records[unit] = record
        }
    }
}
