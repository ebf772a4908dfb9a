// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Reads one kind of value strictly, and knows its schema: one table serves the decoder and JSON Schema.
///
/// Shapes are put together from parts. A map lists its fields once; the closure makes the value out of them:
///
/// ```swift
/// struct Prune { var count: Int64; var note: Text? }
///
/// extension Prune {
///     static let shape = Shape.object(
///         Field.required("count", .integer(in: 0...1000), "How many objects one sync may delete."),
///         Field.optional("note", .text, "Why.")
///     ) { Prune(count: $0, note: $1) }
/// }
///
/// let prune = try Prune.shape.decode(manifest, at: ["spec", "prune"], in: places)
/// ```
///
/// Unknown keys, missing keys, `null` and wrong types are errors with a place and, where one is near, a suggestion.
/// All of them are collected before `decode` throws.
package struct Shape<Output: Sendable>: Sendable {
    package let schema: Schema
    /// `nil` when something was reported.
    let read: @Sendable (Cursor, inout Findings) -> Output?

    init(schema: Schema, read: @escaping @Sendable (Cursor, inout Findings) -> Output?) {
        self.schema = schema
        self.read = read
    }

    /// Decodes the value at a path of a manifest. A path that leads nowhere is reported as a missing field.
    package func decode(
        _ manifest: Value, at path: FieldPath = FieldPath(), in places: Places = .unknown()
    ) throws(InvalidFields) -> Output {
        var findings = Findings(places: places)
        if let value = manifest[path] {
            let output = read(Cursor(value: value, path: path), &findings)
            if let output, findings.errors.isEmpty { return output }
        }
        if findings.errors.isEmpty {
            findings.report(at: Cursor(value: manifest, path: FieldPath()), "\(path) is missing")
        }
        throw InvalidFields(errors: findings.errors)
    }
}

extension Shape {
    /// The same input, made into something else.
    package func map<Other: Sendable>(_ transform: @escaping @Sendable (Output) -> Other) -> Shape<Other> {
        Shape<Other>(schema: schema) { cursor, findings in read(cursor, &findings).map(transform) }
    }

    /// The same decoder under another schema, for inputs that the parts it is made of cannot describe.
    package func described(as schema: Schema) -> Shape { Shape(schema: schema, read: read) }

    /// The same input, made into something else or refused.
    package func parsed<Other: Sendable>(
        _ parse: @escaping @Sendable (Output) -> Parsed<Other>
    ) -> Shape<Other> {
        Shape<Other>(schema: schema) { cursor, findings in
            guard let output = read(cursor, &findings) else { return nil }
            switch parse(output) {
            case .value(let value): return value
            case .refused(let reason, let advice):
                findings.report(at: cursor, reason, advice: advice)
                return nil
            }
        }
    }

    /// Refuses values that `check` finds fault with, in words that follow the field's name: `must be absolute`.
    package func checked(_ check: @escaping @Sendable (Output) -> String?) -> Shape {
        parsed { output in check(output).map { .refused($0) } ?? .value(output) }
    }
}

/// What came of looking closer at a value.
package enum Parsed<Output: Sendable>: Sendable {
    case value(Output)
    /// Words that follow the field's name: `must be absolute`.
    case refused(String, advice: String? = nil)
}
