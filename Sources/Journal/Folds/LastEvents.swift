// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The newest event of each unit and kind: where and when, not what.
package struct LastEvents: Fold {
    package struct Entry: Sendable, Hashable {
        package var sequence: UInt64
        package var time: Time
    }

    package static let name: Text = "lastEvents"
    package static let version = 1

    private var units: [UnitID: [EventKind: Entry]] = [:]

    package init() {}

    package subscript(unit: UnitID, kind: EventKind) -> Entry? { units[unit]?[kind] }

    package mutating func apply(_ event: Event) {
        guard let unit = event.unit else { return }
        units[unit, default: [:]][event.kind] = Entry(sequence: event.id.sequence, time: event.time)
    }

    package var state: Value {
        let pairs = units.sorted { $0.key < $1.key }.map { unit, kinds in
            let entries = kinds.map { kind, entry in
                (
                    key: Text(kind.rawValue),
                    value: ["sequence": .number(Number(entry.sequence)), "time": Value(entry.time)] as Value
                )
            }
            return (key: Text(unit.description), value: Value.object(Object(uniquePairs: entries)))
        }
        return .object(Object(uniquePairs: pairs))
    }

    package init?(state: Value, version: Int) {
        guard version == Self.version, let object = state.objectValue else { return nil }
        for (unit, kinds) in object.pairs {
            guard let unit = UnitID(parsing: unit), let kinds = kinds.objectValue else { return nil }
            for (kind, entry) in kinds.pairs {
                guard let kind = EventKind(rawValue: kind.string), let sequence = entry["sequence"]?.sequenceValue,
                    let time = entry["time"]?.timeValue
                else { return nil }
                units[unit, default: [:]][kind] = Entry(sequence: sequence, time: time)
            }
        }
    }
}
