// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A number that remembers how it was written where that matters.
///
/// Integers that fit 64 bits are kept as such; everything else keeps its lexeme, so that no digit is lost between
/// reading and writing.
package enum Number: Sendable {
    case signed(Int64)
    /// Only values above `Int64.max`.
    case unsigned(UInt64)
    /// A decimal number in JSON's grammar, as it was written: `1.50`, `1e3`, `123456789012345678901234567890`.
    case decimal(Text)

    package init(_ value: Int64) { self = .signed(value) }

    package init(_ value: UInt64) {
        if let signed = Int64(exactly: value) { self = .signed(signed) } else { self = .unsigned(value) }
    }

    /// The value as `Int64` when it is an integer in that range, also when written as `3.0`.
    package var int64: Int64? {
        switch self {
        case .signed(let value): value
        case .unsigned: nil
        case .decimal(let lexeme): Double(lexeme.string).flatMap(Int64.init(exactly:))
        }
    }

    /// The nearest `Double`.
    package var double: Double {
        switch self {
        case .signed(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .decimal(let lexeme): Double(lexeme.string) ?? .nan
        }
    }

    /// The number in JSON's grammar.
    package var lexeme: String {
        switch self {
        case .signed(let value): String(value)
        case .unsigned(let value): String(value)
        case .decimal(let lexeme): lexeme.string
        }
    }
}

extension Number: Hashable {
    package static func == (left: Number, right: Number) -> Bool {
        switch (left, right) {
        case (.signed(let a), .signed(let b)): a == b
        case (.unsigned(let a), .unsigned(let b)): a == b
        case (.decimal(let a), .decimal(let b)) where a == b: true
        case (.signed, .unsigned), (.unsigned, .signed): false
        default: left.double == right.double
        }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(double)
    }
}
