// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What the journal knows of every unit: inventory, history, pauses, drift.
package struct UnitRecords: Fold {
    package static let name: Text = "unitRecords"
    package static let version = 1

    /// Each in a place of its own: a table with holes would hold the holes' worth of records.
    package private(set) var held: [UnitID: Apart<UnitRecord>] = [:]

    package init() {}

    package mutating func apply(_ event: Event) {
        if let unit = event.unit { held[unit, default: Apart(wrappedValue: UnitRecord())].wrappedValue.apply(event) }
    }

    package var state: Value {
        let pairs = held.map { (key: Text($0.key.description), value: $0.value.wrappedValue.value) }
        return .object(Object(uniquePairs: pairs.sorted { $0.key < $1.key }))
    }

    package init?(state: Value, version: Int) {
        guard version == Self.version, let object = state.objectValue else { return nil }
        held.reserveCapacity(object.count)
        var common = CommonParts()
        for (unit, record) in object.pairs {
            guard let unit = UnitID(parsing: unit), var record = UnitRecord(record) else { return nil }
            common.share(&record)
            held[unit] = Apart(wrappedValue: record)
        }
    }
}

/// What many records say in the same words, so that what was read many times is held once.
private struct CommonParts {
    private var reasons: [Text: Text] = [:]
    private var versions: [Version: Version] = [:]

    mutating func share(_ record: inout UnitRecord) {
        if let reason = record.blocked?.reason { record.blocked?.reason = Self.one(reason, of: &reasons) }
        if let version = record.applied?.version { record.applied?.version = Self.one(version, of: &versions) }
        for place in record.history.indices {
            record.history[place].version = Self.one(record.history[place].version, of: &versions)
        }
    }

    private static func one<Part: Hashable>(_ part: Part, of known: inout [Part: Part]) -> Part {
        if let first = known[part] { return first }
        known[part] = part
        return part
    }
}
