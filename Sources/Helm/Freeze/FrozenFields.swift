// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The frozen fields of one release.
struct FrozenFields: Sendable, Hashable {
    struct Place: Sendable, Hashable {
        var object: ObjectID
        var path: FrozenPath
    }

    var values: [Place: FrozenValue] = [:]

    /// Keeps what is there already.
    mutating func add(_ others: FrozenFields) { values.merge(others.values) { old, _ in old } }

    /// The first of two renders with the frozen values in the places where they differ.
    ///
    /// - Returns: beside the objects, what has to be frozen because it never was.
    /// - Throws: ``HelmError/unstable(_:)`` for objects that are in one render only, since their names differ;
    ///   ``HelmError/frozen(_:reason:)`` for a field that the chart has changed too much.
    func apply(
        to first: [HelmObject], _ second: [HelmObject]
    ) throws(HelmError) -> (objects: [HelmObject], new: FrozenFields) {
        let others = Dictionary(second.map { ($0.id, $0.manifest) }, uniquingKeysWith: { first, _ in first })
        let strangers = Instability.between(first, second).filter(\.field.isEmpty)
        guard strangers.isEmpty else { throw .unstable(strangers) }
        var objects = first
        var new = FrozenFields()
        for (index, object) in first.enumerated() {
            guard let other = others[object.id] else { continue }
            for part in UnstableParts(object.manifest, other).parts {
                let place = Place(object: object.id, path: part.path)
                let isEncoded = Self.isEncoded(place)
                var value = part.first
                if let frozen = values[place] {
                    guard let filled = frozen.filling(part.first, part.second, isEncoded: isEncoded) else {
                        throw .frozen(
                            UnstableField(
                                object: object.id, field: part.path.path(in: object.manifest),
                                template: object.template),
                            reason: "the chart makes other parts of it at random than when it was frozen")
                    }
                    value = filled
                } else {
                    new.values[place] = FrozenValue(first: part.first, second: part.second, isEncoded: isEncoded)
                }
                objects[index].manifest = part.path.replacing(in: objects[index].manifest, with: Self.hidden(value))
            }
        }
        return (objects, new)
    }

    /// Most of what is random is a password.
    private static func hidden(_ value: Value) -> Value {
        switch value {
        case .string(let text): .secret(Secret(text))
        case .array(let items): .array(items.map(hidden))
        case .object(let object): .object(Object(uniquePairs: object.pairs.map { ($0.key, hidden($0.value)) }))
        default: value
        }
    }

    private static func isEncoded(_ place: Place) -> Bool {
        place.object.group.isEmpty && place.object.kind == "Secret" && place.path.steps.count == 2
            && place.path.steps.first == .key("data")
    }
}
