// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// One node of a manifest: what JSON and YAML can say, with object keys in the order they were written.
///
/// Equality is structural: object keys in any order, numbers by value (`1` equals `1.0`), text by bytes. Where the
/// order of keys or the spelling of numbers matters, compare the written bytes.
package enum Value: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Number)
    case string(Text)
    case array([Value])
    case object(Object)
    /// A string that holds a decrypted value: it can be compared and handed to a target, and nothing else.
    case secret(Secret<Text>)
}

extension Value {
    package var stringValue: Text? {
        if case .string(let text) = self { text } else { nil }
    }

    package var boolValue: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    package var numberValue: Number? {
        if case .number(let number) = self { number } else { nil }
    }

    package var intValue: Int64? { numberValue?.int64 }

    package var arrayValue: [Value]? {
        if case .array(let items) = self { items } else { nil }
    }

    package var objectValue: Object? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The value of a key; `nil` when this is no object or has no such key.
    package subscript(key: Text) -> Value? { objectValue?[key] }

    /// The value at a path; `nil` when some step of it is absent.
    package subscript(path: FieldPath) -> Value? {
        var value = self
        for step in path.steps {
            switch (step, value) {
            case (.key(let key), .object(let object)):
                guard let next = object[key] else { return nil }
                value = next
            case (.index(let index), .array(let items)):
                guard items.indices.contains(index) else { return nil }
                value = items[index]
            default:
                return nil
            }
        }
        return value
    }

    /// Changes the map that this is in place, without copying what it holds; `nil` when this is no map.
    package mutating func editObject<Result, Failure: Error>(
        _ body: (inout Object) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard case .object(var object) = self else { return nil }
        self = .null
        defer { self = .object(object) }
        return try body(&object)
    }

    /// Changes the list that this is in place, without copying what it holds; `nil` when this is no list.
    package mutating func editArray<Result, Failure: Error>(
        _ body: (inout [Value]) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard case .array(var items) = self else { return nil }
        self = .null
        defer { self = .array(items) }
        return try body(&items)
    }

    package enum Shape: Sendable {
        case null, scalar, list, map
    }

    /// The kind of node, for who decides by it what to change in place. To switch over the value itself holds on to it
    /// until the case has ended, and what somebody holds is copied, level by level, when it is changed.
    package var shape: Shape {
        switch self {
        case .null: .null
        case .bool, .number, .string, .secret: .scalar
        case .array: .list
        case .object: .map
        }
    }

    /// The kind of node, in words for error messages: `a string`, `a list`.
    package var kindInWords: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string, .secret: "a string"
        case .array: "a list"
        case .object: "a map"
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(Text(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .number(Number(value)) }
    package init(arrayLiteral elements: Value...) { self = .array(elements) }
    /// Later duplicates of a key replace earlier ones.
    package init(dictionaryLiteral elements: (Text, Value)...) {
        var object = Object()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}
