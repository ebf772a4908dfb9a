// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// The labels of a unit's application and of its target, as the fleet declares them.
package struct UnitLabels: Sendable, Hashable {
    package var application: [Text: Text]
    package var target: [Text: Text]

    package init(application: [Text: Text] = [:], target: [Text: Text] = [:]) {
        self.application = application
        self.target = target
    }

    package var isEmpty: Bool { application.isEmpty && target.isEmpty }

    /// Whether the application or the target has the label.
    package func has(_ label: Text, _ value: Text) -> Bool { application[label] == value || target[label] == value }
}

extension UnitLabels: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            application: try Self.map(fields.raw("application")), target: try Self.map(fields.raw("target")))
    }

    package var wire: Value {
        .fields([
            "application": application.isEmpty ? nil : Self.wire(application),
            "target": target.isEmpty ? nil : Self.wire(target),
        ])
    }

    private static func map(_ value: Value?) throws(WireError) -> [Text: Text] {
        guard let value, value != .null else { return [:] }
        guard let object = value.objectValue else { throw .expected("a map", in: value) }
        var map: [Text: Text] = [:]
        for (key, value) in object.pairs { map[key] = try Text(wire: value) }
        return map
    }

    private static func wire(_ map: [Text: Text]) -> Value {
        .object(Object(uniquePairs: map.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}
