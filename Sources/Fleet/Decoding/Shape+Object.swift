// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// One key of a map and what becomes of its value.
package struct Field<Output: Sendable>: Sendable {
    let entry: ObjectRule.Entry
    /// Given the map; `nil` when something was reported.
    let read: @Sendable (Cursor, inout Findings) -> Output?

    private init(
        _ key: Text, _ schema: Schema, isRequired: Bool, _ summary: String,
        read: @escaping @Sendable (Cursor, inout Findings) -> Output?
    ) {
        entry = ObjectRule.Entry(key: key, schema: schema, isRequired: isRequired, summary: summary)
        self.read = read
    }

    package static func required(_ key: Text, _ shape: Shape<Output>, _ summary: String = "") -> Field {
        Field(key, shape.schema, isRequired: true, summary) { map, findings in
            guard let cursor = map.field(key) else {
                findings.report(missing: [key], of: map, "\(quoted(key)) is missing")
                return nil
            }
            return shape.read(cursor, &findings)
        }
    }

    package static func optional(
        _ key: Text, _ shape: Shape<Output>, default absent: Output, _ summary: String = ""
    ) -> Field {
        Field(key, shape.schema, isRequired: false, summary) { map, findings in
            map.field(key).map { shape.read($0, &findings) } ?? absent
        }
    }

    package static func optional<Wrapped: Sendable>(
        _ key: Text, _ shape: Shape<Wrapped>, _ summary: String = ""
    ) -> Field where Output == Wrapped? {
        Field(key, shape.schema, isRequired: false, summary) { map, findings in
            guard let cursor = map.field(key) else { return .some(.none) }
            guard let value = shape.read(cursor, &findings) else { return nil }
            return .some(value)
        }
    }
}

extension Cursor {
    fileprivate func field(_ key: Text) -> Cursor? {
        value[key].map { Cursor(value: $0, path: path.appending(key)) }
    }
}

extension Shape {
    /// A map with these keys and no others.
    package static func object<each Part: Sendable>(
        _ fields: repeat Field<each Part>, make: @escaping @Sendable (repeat each Part) -> Output
    ) -> Shape {
        var entries: [ObjectRule.Entry] = []
        for field in repeat each fields { entries.append(field.entry) }
        let known = entries.map(\.key)
        return Shape(schema: .object(ObjectRule(entries: entries))) { cursor, findings in
            guard case .object(let object) = cursor.value else {
                findings.reportType(at: cursor, expected: "a map")
                return nil
            }
            findings.reportUnknownKeys(of: object, at: cursor, known: known)
            let parts = (repeat (each fields).read(cursor, &findings))
            guard let complete = try? (repeat present(each parts)) else { return nil }
            return make(repeat each complete)
        }
    }

    /// Exactly one of these keys of the map must be there.
    package func exactlyOne(of keys: [Text]) -> Shape { limited(to: .exactlyOne, of: keys) }

    /// At most one of these keys of the map may be there.
    package func atMostOne(of keys: [Text]) -> Shape { limited(to: .atMostOne, of: keys) }

    /// One of these keys of the map must be there, or more.
    package func atLeastOne(of keys: [Text]) -> Shape { limited(to: .atLeastOne, of: keys) }

    private func limited(to count: ObjectRule.Choice.Count, of keys: [Text]) -> Shape {
        let choice = ObjectRule.Choice(keys: keys, count: count)
        guard case .object(var rule) = schema else { return self }
        rule.choices.append(choice)
        return Shape(schema: .object(rule)) { cursor, findings in
            let output = read(cursor, &findings)
            guard let object = cursor.value.objectValue else { return output }
            let found = choice.keys.filter { object[$0] != nil }
            if count != .atLeastOne, let extra = found.dropFirst().first {
                findings.report(key: extra, of: cursor, "only one of \(listed(choice.keys)) may be given")
                return nil
            }
            if found.isEmpty, count != .atMostOne {
                findings.report(missing: choice.keys, of: cursor, "one of \(listed(choice.keys)) is missing")
                return nil
            }
            return output
        }
    }
}

extension Findings {
    fileprivate mutating func reportUnknownKeys(of object: Object, at cursor: Cursor, known: [Text]) {
        for key in object.keys where !known.contains(key) {
            report(unknown: key, of: cursor, known: known, listed: listed(known))
        }
    }
}

private struct Absent: Error {}

private func present<Part>(_ part: Part?) throws -> Part {
    guard let part else { throw Absent() }
    return part
}

private func listed(_ keys: [Text]) -> String { keys.map(\.string).joined(separator: ", ") }
