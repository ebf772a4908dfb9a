// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Finds the place of a field in the text that a value was read from.
package struct Places: Sendable {
    /// The file as the user knows it; empty when there is none.
    package var file: Text
    /// Where the value of a field begins.
    package var value: @Sendable (FieldPath) -> Position?
    /// Where the key of a field begins.
    package var key: @Sendable (FieldPath) -> Position?

    package init(
        file: Text, value: @escaping @Sendable (FieldPath) -> Position?,
        key: @escaping @Sendable (FieldPath) -> Position?
    ) {
        self.file = file
        self.value = value
        self.key = key
    }

    /// For values that came from no text, or whose text is gone.
    package static func unknown(file: Text = "") -> Places {
        Places(file: file, value: { _ in nil }, key: { _ in nil })
    }
}

/// Everything that is wrong with one value, in the order of its fields; never empty.
package struct InvalidFields: Error, Sendable, Hashable, CustomStringConvertible {
    package var errors: [ReadingError]

    package init(errors: [ReadingError]) { self.errors = errors }

    package var description: String { errors.map(\.description).joined(separator: "\n") }
}
