// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The fields of an object that came over the wire.
package struct WireFields: Sendable {
    private let object: Object

    package init(_ value: Value) throws(WireError) {
        guard let object = value.objectValue else { throw .expected("a map", in: value) }
        self.object = object
    }

    package func required<Field: Wire>(_ key: Text, as type: Field.Type = Field.self) throws(WireError) -> Field {
        guard let value = object[key] else { throw WireError(path: FieldPath([.key(key)]), reason: "is missing") }
        return try read(value, key)
    }

    /// `nil` when the key is absent or null.
    package func optional<Field: Wire>(_ key: Text, as type: Field.Type = Field.self) throws(WireError) -> Field? {
        guard let value = object[key], value != .null else { return nil }
        return try read(value, key)
    }

    /// Empty when the key is absent. A lone value counts as a list of one, which is how a query string says it.
    package func list<Field: Wire>(_ key: Text, of type: Field.Type = Field.self) throws(WireError) -> [Field] {
        guard let value = object[key], value != .null else { return [] }
        guard let items = value.arrayValue else { return [try read(value, key)] }
        var fields: [Field] = []
        fields.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            do {
                fields.append(try Field(wire: item))
            } catch {
                throw error.inside(.index(index)).inside(.key(key))
            }
        }
        return fields
    }

    /// The value as it came, where absent and null differ.
    package func raw(_ key: Text) -> Value? { object[key] }

    private func read<Field: Wire>(_ value: Value, _ key: Text) throws(WireError) -> Field {
        do {
            return try Field(wire: value)
        } catch {
            throw error.inside(.key(key))
        }
    }
}

extension Array where Element: Wire {
    package var wire: Value { .array(map(\.wire)) }
    /// Absent instead of empty.
    package var wireUnlessEmpty: Value? { isEmpty ? nil : wire }
}
