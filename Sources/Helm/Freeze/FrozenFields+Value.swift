// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// How frozen fields are written down. They are encrypted as a whole.
extension FrozenFields {
    private static let version: Value = 1

    var value: Value {
        let fields = values.map { place, value -> Value in
            var object: Object = [
                "object": .string(place.object.key), "path": .array(place.path.steps.map(\.value)),
            ]
            switch value {
            case .lines(let stretches): object["lines"] = .array(stretches.map { .array($0.map { .string($0) }) })
            case .whole(let whole): object["value"] = whole
            }
            return .object(object)
        }
        return ["version": Self.version, "fields": .array(fields)]
    }

    /// `nil` for what ``value`` never writes.
    init?(_ value: Value) {
        guard value["version"] == Self.version, let fields = value["fields"]?.arrayValue else { return nil }
        for field in fields {
            guard let key = field["object"]?.stringValue, let object = ObjectID(key: key),
                let steps = field["path"]?.arrayValue?.map(FrozenPath.Step.init), !steps.contains(nil)
            else { return nil }
            let place = Place(object: object, path: FrozenPath(steps: steps.compactMap(\.self)))
            if let whole = field["value"] {
                values[place] = .whole(whole)
            } else if let stretches = field["lines"]?.arrayValue {
                values[place] = .lines(stretches.map { ($0.arrayValue ?? []).compactMap(\.stringValue) })
            } else {
                return nil
            }
        }
    }
}

extension FrozenPath.Step {
    fileprivate var value: Value {
        switch self {
        case .key(let key): ["key": .string(key)]
        case .item(let name): ["item": .string(name)]
        case .index(let index): ["index": .number(Number(Int64(index)))]
        }
    }

    fileprivate init?(_ value: Value) {
        if let key = value["key"]?.stringValue {
            self = .key(key)
        } else if let name = value["item"]?.stringValue {
            self = .item(name)
        } else if let index = value["index"]?.intValue.flatMap(Int.init(exactly:)) {
            self = .index(index)
        } else {
            return nil
        }
    }
}
