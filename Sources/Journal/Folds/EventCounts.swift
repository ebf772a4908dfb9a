// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How many events of each kind there are. Survives any erasure: it needs no payload.
package struct EventCounts: Fold {
    package static let name: Text = "eventCounts"
    package static let version = 1

    package private(set) var counts: [EventKind: UInt64] = [:]

    package init() {}

    package mutating func apply(_ event: Event) { counts[event.kind, default: 0] &+= 1 }

    package var state: Value {
        .object(Object(uniquePairs: counts.map { (Text($0.key.rawValue), .number(Number($0.value))) }))
    }

    package init?(state: Value, version: Int) {
        guard version == Self.version, let object = state.objectValue else { return nil }
        for (kind, count) in object.pairs {
            guard let kind = EventKind(rawValue: kind.string), let count = count.sequenceValue else { return nil }
            counts[kind] = count
        }
    }
}
