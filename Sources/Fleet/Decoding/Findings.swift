// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Collects what is wrong while a value is decoded.
package struct Findings: Sendable {
    /// More than this says nothing new to a person.
    private static let limit = 50

    let places: Places
    private(set) var errors: [ReadingError] = []
    /// Fields that a mistyped key was probably meant to be: that they are missing is told already.
    private var mistyped: Set<FieldPath> = []

    init(places: Places) { self.places = places }

    mutating func report(at cursor: Cursor, _ reason: String, advice: String? = nil) {
        add(position: places.value(cursor.path), path: cursor.path, reason: reason, advice: advice)
    }

    mutating func report(key: Text, of cursor: Cursor, _ reason: String, advice: String? = nil) {
        let position = places.key(cursor.path.appending(key)) ?? places.value(cursor.path)
        add(position: position, path: cursor.path, reason: reason, advice: advice)
    }

    /// A key that nobody knows, among those that are known.
    mutating func report(unknown key: Text, of cursor: Cursor, known: [Text], listed: String) {
        let meant = Suggestion.nearest(to: key, among: known)
        if let meant { mistyped.insert(cursor.path.appending(meant)) }
        report(
            key: key, of: cursor, "unknown field \(quoted(key))",
            advice: meant.map { "did you mean \(quoted($0))?" } ?? "known here: \(listed)")
    }

    /// Some of these keys should be there and none is.
    mutating func report(missing keys: [Text], of cursor: Cursor, _ reason: String) {
        if keys.contains(where: { mistyped.contains(cursor.path.appending($0)) }) { return }
        report(at: cursor, reason)
    }

    private mutating func add(position: Position?, path: FieldPath, reason: String, advice: String?) {
        guard errors.count < Self.limit else { return }
        let subject = path.isEmpty ? "" : "\(path): "
        errors.append(
            ReadingError(file: places.file, position: position, reason: subject + reason, advice: advice))
    }
}

/// A value and the way to it.
package struct Cursor: Sendable {
    package let value: Value
    package let path: FieldPath
}

/// Foreign text in quotes, shortened, without anything that could disturb a terminal.
func quoted(_ text: Text) -> String {
    let limit = 60
    let scalars = text.string.unicodeScalars
    let shown = printable(String(String.UnicodeScalarView(scalars.prefix(limit))).utf8)
    return scalars.dropFirst(limit).isEmpty ? "\"\(shown)\"" : "\"\(shown)…\""
}
