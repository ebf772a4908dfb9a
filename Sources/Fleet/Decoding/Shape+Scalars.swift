// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

extension Shape where Output == Value {
    /// Anything, also a secret leaf.
    package static var any: Shape { Shape(schema: .any) { cursor, _ in cursor.value } }

    /// Any string, also one that is a secret leaf: what is written somewhere and shown nowhere.
    package static var stringOrSecret: Shape {
        Shape(schema: Shape<Text>.string.schema) { cursor, findings in
            switch cursor.value {
            case .string, .secret: return cursor.value
            default:
                findings.reportType(at: cursor, expected: "a string")
                return nil
            }
        }
    }
}

extension Shape where Output == Text {
    /// Any string, also an empty one or one of many lines: contents.
    package static var string: Shape { string(meaning: "a string") }

    /// One line that is not empty and holds no control characters: names and settings. At most 4096 bytes.
    package static var text: Shape {
        string(meaning: "a line of text", pattern: "^\(StringRule.character)+$").checked(lineFault)
    }

    /// A string that must look like something, checked by `check`.
    package static func string(meaning: String, pattern: String? = nil) -> Shape {
        Shape(schema: .string(StringRule(meaning: meaning, pattern: pattern))) { cursor, findings in
            if case .string(let text) = cursor.value { return text }
            findings.reportType(at: cursor, expected: meaning)
            return nil
        }
    }

    /// A line of text that `parse` makes something of; `nil` refuses it as "is not `meaning`".
    package static func text<Other: Sendable>(
        _ meaning: String, pattern: String, parse: @escaping @Sendable (Text) -> Other?
    ) -> Shape<Other> {
        string(meaning: meaning, pattern: pattern).checked(lineFault).parsed { text in
            parse(text).map { .value($0) } ?? .refused("\(quoted(text)) is not \(meaning)")
        }
    }

    private static func lineFault(_ text: Text) -> String? {
        if text.isEmpty { return "must not be empty" }
        if text.utf8.count > StringRule.longestLine { return "is longer than \(StringRule.longestLine) bytes" }
        if Text(printable(text.utf8)) != text { return "holds a control character" }
        return nil
    }
}

extension Shape {
    /// The same decoder with words and a pattern for JSON Schema, where the checks of a line are more than the schema
    /// of its parts says.
    package func described(as meaning: String, pattern: String) -> Shape {
        described(as: .string(StringRule(meaning: meaning, pattern: pattern)))
    }
}

extension Shape where Output == Bool {
    package static var boolean: Shape {
        Shape(schema: .boolean) { cursor, findings in
            if case .bool(let bool) = cursor.value { return bool }
            findings.reportType(at: cursor, expected: "true or false")
            return nil
        }
    }
}

extension Shape where Output == Int64 {
    package static func integer(in range: ClosedRange<Int64>) -> Shape {
        Shape(schema: .integer(range)) { cursor, findings in
            guard case .number(let number) = cursor.value, let value = number.int64 else {
                findings.reportType(at: cursor, expected: "a whole number")
                return nil
            }
            guard range.contains(value) else {
                findings.report(at: cursor, "\(value) is not within \(range.lowerBound) and \(range.upperBound)")
                return nil
            }
            return value
        }
    }
}

extension Shape {
    /// One of the words that stand for the cases of an enumeration.
    package static func choice() -> Shape where Output: RawRepresentable<String> & CaseIterable {
        choice(Output.allCases.map { (Text($0.rawValue), $0) })
    }

    /// One of these words.
    package static func choice(_ words: [(word: Text, value: Output)]) -> Shape {
        let known = words.map(\.word)
        return Shape(schema: .choice(known)) { cursor, findings in
            let expected = "one of " + known.map(\.string).joined(separator: ", ")
            guard case .string(let text) = cursor.value else {
                findings.reportType(at: cursor, expected: expected)
                return nil
            }
            if let match = words.first(where: { $0.word == text }) { return match.value }
            findings.report(
                at: cursor, "\(quoted(text)) is not \(expected)", advice: Suggestion.advice(for: text, among: known))
            return nil
        }
    }
}

extension Findings {
    mutating func reportType(at cursor: Cursor, expected: String) {
        switch cursor.value {
        case .null:
            report(at: cursor, "has no value, must be \(expected)", advice: "remove the field or give it a value")
        case .secret:
            report(at: cursor, "must not be a secret")
        case .number, .bool:
            report(
                at: cursor, "must be \(expected), is \(cursor.value.kindInWords)",
                advice: expected.contains("number") || expected.contains("true") ? nil : "put it in quotes")
        case .string, .array, .object:
            report(at: cursor, "must be \(expected), is \(cursor.value.kindInWords)")
        }
    }
}
