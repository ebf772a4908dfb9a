// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Where a frozen field lies in an object. Unlike a ``FieldPath`` it finds items of lists by their names, so that an item
/// more in front of it changes nothing.
struct FrozenPath: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case key(Text)
        case index(Int)
        /// The item of a list that has this `name`.
        case item(Text)
    }

    var steps: [Step] = []

    func appending(_ step: Step) -> FrozenPath { FrozenPath(steps: steps + [step]) }

    /// For people.
    func path(in value: Value) -> FieldPath {
        var path = FieldPath()
        var value: Value? = value
        for step in steps {
            switch step {
            case .key(let key):
                path = path.appending(key)
                value = value?[key]
            case .index, .item:
                let items = value?.arrayValue ?? []
                let index = Self.index(of: step, in: items) ?? 0
                path = path.appending(index)
                value = items.indices.contains(index) ? items[index] : nil
            }
        }
        return path
    }

    /// The value with what lies at this path replaced; unchanged when nothing lies there.
    func replacing(in value: Value, with new: Value) -> Value { Self.replace(steps[...], in: value, with: new) }

    private static func replace(_ steps: ArraySlice<Step>, in value: Value, with new: Value) -> Value {
        guard let step = steps.first else { return new }
        switch (step, value) {
        case (.key(let key), .object(var object)):
            guard let old = object[key] else { return value }
            object[key] = replace(steps.dropFirst(), in: old, with: new)
            return .object(object)
        case (.index, .array(var items)), (.item, .array(var items)):
            guard let index = index(of: step, in: items) else { return value }
            items[index] = replace(steps.dropFirst(), in: items[index], with: new)
            return .array(items)
        default: return value
        }
    }

    private static func index(of step: Step, in items: [Value]) -> Int? {
        switch step {
        case .index(let index): items.indices.contains(index) ? index : nil
        case .item(let name): items.firstIndex { $0["name"]?.stringValue == name }
        case .key: nil
        }
    }
}

/// The smallest parts in which two renders of one object differ.
struct UnstableParts {
    struct Part {
        var path: FrozenPath
        var first: Value
        var second: Value
    }

    private(set) var parts: [Part] = []

    init(_ first: Value, _ second: Value) { compare(first, second, at: FrozenPath()) }

    private mutating func compare(_ first: Value, _ second: Value, at path: FrozenPath) {
        guard first != second else { return }
        switch (first, second) {
        case (.object(let a), .object(let b)) where Set(a.keys) == Set(b.keys):
            for (key, value) in a.pairs { compare(value, b[key] ?? .null, at: path.appending(.key(key))) }
        case (.array(let a), .array(let b)) where a.count == b.count:
            let names = Self.names(of: a)
            let areNamed = names != nil && names == Self.names(of: b)
            for (index, pair) in zip(a, b).enumerated() {
                let step = areNamed ? names.map { FrozenPath.Step.item($0[index]) } : nil
                compare(pair.0, pair.1, at: path.appending(step ?? .index(index)))
            }
        default: parts.append(Part(path: path, first: first, second: second))
        }
    }

    /// The names of all items, when each has one of its own.
    private static func names(of items: [Value]) -> [Text]? {
        let names = items.compactMap { $0["name"]?.stringValue }
        return names.count == items.count && Set(names).count == names.count ? names : nil
    }
}
