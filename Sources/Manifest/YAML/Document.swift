// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension YAML {
    /// One document of a stream.
    ///
    /// Places are known when the stream was read with ``Tracking/positions`` or more. Behind an alias they are those of
    /// the anchored text, and for a key that a `<<` brought in, that of the `<<`'s value.
    package struct Document: Sendable {
        package var value: Value
        /// The name of the text, as the reader was given it.
        package let file: Text
        /// Texts of the document that stand in quotes or blocks, when it was read with ``Scalars/verbatim``.
        package let quoted: Set<Text>
        let layout: Layout?
    }
}

extension YAML.Document {
    /// Where the value at a path begins; an empty path means the whole document.
    package func position(of path: FieldPath) -> Position? {
        place(of: path).flatMap { place in layout?.position(of: place.node.span.lowerBound) }
    }

    /// Where the key of the value at a path begins; where the value does when it has none.
    package func keyPosition(of path: FieldPath) -> Position? {
        place(of: path).flatMap { place in
            layout?.position(of: place.node.keySpan?.lowerBound ?? place.node.span.lowerBound)
        }
    }

    /// The bytes of the value at a path, without anchor, tag and comments. Empty where a value is absent (`key:`).
    /// `nil` when the value stands elsewhere, behind an alias or a `<<`: to replace it there would change more.
    package func span(of path: FieldPath) -> Range<Int>? {
        ownPlace(of: path).flatMap { layout?.shifted($0.node.span) }
    }

    /// The bytes of the key of the value at a path; `nil` where ``span(of:)`` is, and for items of lists.
    package func keySpan(of path: FieldPath) -> Range<Int>? {
        ownPlace(of: path)?.node.keySpan.flatMap { layout?.shifted($0) }
    }

    /// In the order of the text. Empty unless the stream was read with ``YAML/Tracking/comments``.
    package var comments: [YAML.Comment] { layout?.comments ?? [] }

    private func place(of path: FieldPath) -> Layout.Place? { layout?.place(of: path, in: value) }

    private func ownPlace(of path: FieldPath) -> Layout.Place? {
        place(of: path).flatMap { $0.isOwn ? $0 : nil }
    }
}
