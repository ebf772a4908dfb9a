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

    /// A number in JSON's grammar; `nil` when the text is none, or its exponent has more than four digits.
    package init?(lexeme: String) {
        guard let decimal = Decimal(lexeme) else { return nil }
        if decimal.isWrittenAsInteger, lexeme != "-0" {
            if let signed = Int64(lexeme) {
                self = .signed(signed)
                return
            }
            if let unsigned = UInt64(lexeme) {
                self = .unsigned(unsigned)
                return
            }
        }
        self = .decimal(Text(lexeme))
    }

    /// The value as `Int64` when it is an integer in that range, also when written as `3.0`.
    package var int64: Int64? {
        switch self {
        case .signed(let value): value
        case .unsigned: nil
        case .decimal(let lexeme): Decimal(lexeme.string)?.integer
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

    /// The number in JSON's grammar, as it was written.
    package var lexeme: String {
        switch self {
        case .signed(let value): String(value)
        case .unsigned(let value): String(value)
        case .decimal(let lexeme): lexeme.string
        }
    }

    /// The one spelling that all numbers of this value share, in JSON's grammar: integers of up to 64 bits in full,
    /// others as digits and exponent (`15e-1`).
    package var canonical: String {
        switch self {
        case .signed, .unsigned: lexeme
        case .decimal(let lexeme): Decimal(lexeme.string)?.canonical ?? lexeme.string
        }
    }
}

/// By value, exactly: `1`, `1.0` and `10e-1` are one number, and no digit is lost to rounding.
extension Number: Hashable {
    package static func == (left: Number, right: Number) -> Bool {
        switch (left, right) {
        case (.signed(let a), .signed(let b)): a == b
        case (.unsigned(let a), .unsigned(let b)): a == b
        case (.signed, .unsigned), (.unsigned, .signed): false
        case (.decimal(let a), .decimal(let b)) where a == b: true
        default: left.canonical == right.canonical
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .signed(let value): hasher.combine(value)
        case .unsigned(let value): hasher.combine(value)
        case .decimal(let lexeme):
            guard let decimal = Decimal(lexeme.string) else { return hasher.combine(lexeme) }
            if let value = decimal.integer {
                hasher.combine(value)
            } else if let value = decimal.unsignedInteger {
                hasher.combine(value)
            } else {
                hasher.combine(decimal.canonical)
            }
        }
    }
}
