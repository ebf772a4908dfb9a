// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension Value {
    /// Absent (`key:`) or written out (`key: null`).
    var isNull: Bool {
        switch self {
        case .null: true
        case .number(.decimal(let lexeme)): lexeme == Self.writtenNull
        default: false
        }
    }

    /// A scalar as the text it is written with; `nil` for maps and lists.
    var scalarText: Text? {
        switch self {
        case .string(let text): text
        case .number(let number): Text(number.lexeme)
        case .bool(let bool): bool ? "true" : "false"
        case .null: ""
        case .secret(let secret): secret.withExposed { $0 }
        case .array, .object: nil
        }
    }

    /// What a scalar becomes when its letters are replaced: it stays a text where it was one in quotes, and is read
    /// anew otherwise.
    func rewritten(_ text: Text, quoted: Set<Text>) -> Value {
        isQuoted(quoted) ? .string(text) : Value(plain: text)
    }

    /// Whether a scalar stood in quotes in its source, which is remembered by its text.
    func isQuoted(_ quoted: Set<Text>) -> Bool {
        guard case .string(let old) = self else { return false }
        return quoted.contains(old) || Value(plain: old).stringValue == nil
    }

    var isEmptyObject: Bool {
        switch self {
        case .object(let object): object.isEmpty
        default: isNull
        }
    }
}
