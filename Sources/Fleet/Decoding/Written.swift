// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A part of a declaration as it was written, and where each of its fields stands: for explanations.
package struct Written: Sendable, Hashable {
    package struct Leaf: Sendable, Hashable {
        /// From the beginning of the part. Lists are not taken apart.
        package var path: FieldPath
        package var value: Value
        /// 1-based; `nil` where nobody knows.
        package var line: Int?
    }

    package var file: Text
    /// In the order in which they were written.
    package var leaves: [Leaf]

    /// `projects/shop/web.yaml:12`
    package func place(of leaf: Leaf) -> Text { leaf.line.map { "\(file):\($0)" } ?? file }

    /// Where it begins.
    package var place: Text { leaves.first.map(place) ?? file }

    init(_ cursor: Cursor, in places: Places) {
        file = places.file
        leaves = []
        collect(cursor.value, at: cursor.path, below: cursor.path.steps.count, places)
    }

    private mutating func collect(_ value: Value, at path: FieldPath, below depth: Int, _ places: Places) {
        if case .object(let object) = value, !object.isEmpty {
            for pair in object.pairs { collect(pair.value, at: path.appending(pair.key), below: depth, places) }
        } else {
            let line = (places.key(path) ?? places.value(path))?.line
            leaves.append(Leaf(path: FieldPath(Array(path.steps.dropFirst(depth))), value: value, line: line))
        }
    }
}

/// A value, and how it was written.
struct Located<Output: Sendable>: Sendable {
    var value: Output
    var written: Written
}

extension Shape {
    /// The same input, with the places of its fields.
    func located() -> Shape<Located<Output>> {
        Shape<Located<Output>>(schema: schema) { cursor, findings in
            read(cursor, &findings).map { Located(value: $0, written: Written(cursor, in: findings.places)) }
        }
    }

    /// What the first of two shapes reads when the value is a string, what the second one does otherwise.
    static func either(_ text: Shape, _ other: Shape) -> Shape {
        Shape(schema: .either([text.schema, other.schema])) { cursor, findings in
            if case .string = cursor.value { return text.read(cursor, &findings) }
            return other.read(cursor, &findings)
        }
    }
}
