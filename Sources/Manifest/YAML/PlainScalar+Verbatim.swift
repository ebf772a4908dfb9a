// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension PlainScalar {
    /// As kustomize has it (go-yaml v3): most of YAML 1.1's words are texts, a date is no text, and numbers and dates
    /// that are not written as JSON would keep their letters.
    init(verbatim bytes: UnsafeBufferPointer<UInt8>) {
        self.init(bytes)
        switch self {
        case .bool:
            // `true`, `True`, `TRUE` and `false` likewise; not `yes`, `on`, `y`.
            if bytes.count < 4 || bytes[0] | 0x20 == UInt8(ascii: "y") { self = .text }
        case .number(let number):
            if !number.lexeme.utf8.elementsEqual(bytes) { self = Self.verbatim(bytes) }
        case .text:
            if Self.isDate(bytes) { self = Self.verbatim(bytes) }
        case .null:
            // A null that is written out is told from a value that is not there.
            if !bytes.isEmpty { self = .number(.decimal(Value.writtenNull)) }
        case .notFinite, .outOfRange: break
        }
    }

    private static func verbatim(_ bytes: UnsafeBufferPointer<UInt8>) -> PlainScalar {
        .number(.decimal(Text(String(decoding: bytes, as: UTF8.self))))
    }

    private static func isDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 8, bytes[4] == UInt8(ascii: "-") else { return false }
        return Timestamp(bytes) != nil
    }
}

extension Value {
    /// The letters of a null that is written out, as a number that keeps its letters.
    package static let writtenNull: Text = "null"

    /// What a text means as a plain scalar, see ``YAML/Scalars/verbatim``. What has no meaning stays a text.
    package init(plain text: Text) {
        switch text.withBytes({ PlainScalar(verbatim: $0) }) {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .number(let number): self = .number(number)
        case .text, .notFinite, .outOfRange: self = .string(text)
        }
    }
}

extension Number {
    /// The number that a plain scalar is to `kubectl`: `0777` is 511. `nil` for what is none.
    package init?(resolving text: Text) {
        guard case .number(let number) = PlainScalar(text) else { return nil }
        self = number
    }
}

extension YAML {
    /// Whether `kubectl` reads a plain scalar as a text, also one that it would not take for a date.
    package static func isPlainText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        PlainScalar(bytes) == .text && (bytes.count < 8 || bytes[4] != UInt8(ascii: "-") || Timestamp(bytes) == nil)
    }
}
