// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// More items than this in one list or map of a declaration are refused.
let itemLimit = 10_000

extension Shape {
    /// A list; `atLeast` items, at most 10,000.
    package static func list<Item: Sendable>(of item: Shape<Item>, atLeast: Int = 0) -> Shape
    where Output == [Item] {
        Shape(schema: .list(of: item.schema, atLeast: atLeast)) { cursor, findings in
            guard case .array(let values) = cursor.value else {
                findings.reportType(at: cursor, expected: "a list")
                return nil
            }
            guard findings.admits(count: values.count, atLeast: atLeast, at: cursor) else { return nil }
            var items: [Item] = []
            items.reserveCapacity(values.count)
            for (index, value) in values.enumerated() {
                let place = Cursor(value: value, path: cursor.path.appending(index))
                if let read = item.read(place, &findings) { items.append(read) }
            }
            return items.count == values.count ? items : nil
        }
    }

    /// One item, or a list of at least one.
    package static func oneOrMore<Item: Sendable>(of item: Shape<Item>) -> Shape where Output == [Item] {
        let many = Shape.list(of: item, atLeast: 1)
        return Shape(schema: .either([item.schema, many.schema])) { cursor, findings in
            if case .array = cursor.value { return many.read(cursor, &findings) }
            return item.read(cursor, &findings).map { [$0] }
        }
    }

    /// A map with free keys, in the order they were written; `atLeast` pairs, at most 10,000.
    package static func map<Key: Sendable, Item: Sendable>(
        keys key: Shape<Key>, of item: Shape<Item>, atLeast: Int = 0
    ) -> Shape where Output == [KeyedItem<Key, Item>] {
        Shape(schema: .map(keys: key.schema, of: item.schema, atLeast: atLeast)) { cursor, findings in
            guard case .object(let object) = cursor.value else {
                findings.reportType(at: cursor, expected: "a map")
                return nil
            }
            guard findings.admits(count: object.count, atLeast: atLeast, at: cursor) else { return nil }
            var items: [KeyedItem<Key, Item>] = []
            items.reserveCapacity(object.count)
            for pair in object.pairs {
                let path = cursor.path.appending(pair.key)
                let name = key.read(Cursor(value: .string(pair.key), path: path), &findings)
                let read = item.read(Cursor(value: pair.value, path: path), &findings)
                if let name, let read { items.append(KeyedItem(key: name, value: read)) }
            }
            return items.count == object.count ? items : nil
        }
    }
}

/// One pair of a map.
package struct KeyedItem<Key: Sendable, Value: Sendable>: Sendable {
    package var key: Key
    package var value: Value
}

extension Findings {
    fileprivate mutating func admits(count: Int, atLeast: Int, at cursor: Cursor) -> Bool {
        if count < atLeast {
            report(at: cursor, count == 0 ? "must not be empty" : "must have at least \(atLeast) items")
            return false
        }
        if count > itemLimit {
            report(at: cursor, "has \(count) items, more than the limit of \(itemLimit)")
            return false
        }
        return true
    }
}
