// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What a plain scalar means, as `kubectl` (sigs.k8s.io/yaml) has it: YAML 1.1's words for booleans and null, integers
/// by the prefix of their base, no numbers to the base 60, and dates that stay text.
enum PlainScalar: Equatable {
    case null
    case bool(Bool)
    case number(Number)
    case text
    /// Infinity or not a number, which JSON cannot say.
    case notFinite
    /// A hexadecimal, octal or binary integer of more than 64 bits.
    case outOfRange

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = bytes.first else {
            self = .null
            return
        }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            self = Self.simpleInteger(bytes) ?? Self.word(bytes) ?? Self.number(bytes)
        case UInt8(ascii: "."):
            self = Self.word(bytes) ?? Self.fraction(bytes)
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"),
            UInt8(ascii: "~"):
            self = Self.word(bytes) ?? .text
        default:
            self = .text
        }
    }

    init(_ text: Text) { self = text.withBytes { PlainScalar($0) } }

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ scalars: YAML.Scalars) {
        switch scalars {
        case .resolved: self.init(bytes)
        case .verbatim: self.init(verbatim: bytes)
        }
    }

    private static let words: [UInt64: PlainScalar] = {
        let table: [(PlainScalar, [StaticString])] = [
            (.bool(true), ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]),
            (.bool(false), ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]),
            (.null, ["~", "null", "Null", "NULL"]),
            (.notFinite, [".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF"]),
            (.notFinite, ["+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"]),
        ]
        var words: [UInt64: PlainScalar] = [:]
        for (meaning, spellings) in table {
            for word in spellings {
                words[pack(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))] = meaning
            }
        }
        return words
    }()

    private static func word(_ bytes: UnsafeBufferPointer<UInt8>) -> PlainScalar? {
        bytes.count <= 5 ? words[pack(bytes)] : nil
    }

    private static func pack(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        bytes.reduce(1) { $0 << 8 | UInt64($1) }
    }
}

extension PlainScalar {
    /// Decimal digits without a leading zero that surely fit; the common case.
    private static func simpleInteger(_ bytes: UnsafeBufferPointer<UInt8>) -> PlainScalar? {
        guard bytes.count <= 18, let first = bytes.first, first != UInt8(ascii: "0") || bytes.count == 1 else {
            return nil
        }
        var value: Int64 = 0
        for byte in bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return .number(.signed(value))
    }

    /// A scalar that begins with a digit or a sign.
    private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> PlainScalar {
        // Most of what begins so and is long is a time, an address or a digest.
        guard bytes.allSatisfy(isNumeric) else { return .text }
        let digits = bytes.filter { $0 != UInt8(ascii: "_") }
        switch integer(digits[...]) {
        case .value(let number): return .number(number)
        case .tooLarge:
            return decimal(digits[...]).map { .number($0) } ?? .outOfRange
        case .none:
            return decimal(digits[...]).map { .number($0) } ?? .text
        }
    }

    /// A scalar that begins with a point. Underscores stand only between digits here.
    private static func fraction(_ bytes: UnsafeBufferPointer<UInt8>) -> PlainScalar {
        guard bytes.allSatisfy(isNumeric) else { return .text }
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
            guard index > 0, index + 1 < bytes.count, isDigit(bytes[index - 1]), isDigit(bytes[index + 1]) else {
                return .text
            }
        }
        return decimal(bytes.filter { $0 != UInt8(ascii: "_") }[...]).map { .number($0) } ?? .text
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"),
            UInt8(ascii: "O"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private enum Integer {
        case value(Number)
        case tooLarge
        case none
    }

    /// An optional sign and digits to the base that their prefix names: `0x`, `0b`, `0o`, or `0` for octal.
    private static func integer(_ digits: ArraySlice<UInt8>) -> Integer {
        var digits = digits
        let sign = digits.first
        let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
        if isSigned { digits = digits.dropFirst() }
        let base = takeBase(&digits)
        // Only `0` is nothing behind its octal prefix.
        guard !digits.isEmpty || base == 8 else { return .none }
        var magnitude: UInt64 = 0
        var overflows = false
        for byte in digits {
            guard let digit = Hex.value(byte), UInt64(digit) < base else { return .none }
            let (product, tooLarge) = magnitude.multipliedReportingOverflow(by: base)
            let (sum, tooLargeNow) = product.addingReportingOverflow(UInt64(digit))
            overflows = overflows || tooLarge || tooLargeNow
            magnitude = sum
        }
        if overflows { return .tooLarge }
        guard sign == UInt8(ascii: "-") else { return .value(Number(magnitude)) }
        guard magnitude <= UInt64(Int64.max) + 1 else { return .tooLarge }
        return .value(.signed(Int64(truncatingIfNeeded: 0 &- magnitude)))
    }

    /// Go's rules: `0x`, `0b` and `0o` need a digit behind them, otherwise the zero alone is the prefix.
    private static func takeBase(_ digits: inout ArraySlice<UInt8>) -> UInt64 {
        guard digits.first == UInt8(ascii: "0") else { return 10 }
        let marker = digits.dropFirst().first.map { $0 | 0x20 }
        digits = digits.dropFirst()
        guard digits.count >= 2 else { return 8 }
        switch marker {
        case UInt8(ascii: "x"):
            digits = digits.dropFirst()
            return 16
        case UInt8(ascii: "b"):
            digits = digits.dropFirst()
            return 2
        case UInt8(ascii: "o"):
            digits = digits.dropFirst()
            return 8
        default:
            return 8
        }
    }

    /// A decimal number as YAML writes it (`+1.`, `.5`, `00.5`), put into JSON's grammar. `nil` also for what no
    /// double holds, which `kubectl` takes for text.
    private static func decimal(_ digits: ArraySlice<UInt8>) -> Number? {
        var rest = digits
        var lexeme: [UInt8] = []
        if rest.first == UInt8(ascii: "-") { lexeme.append(UInt8(ascii: "-")) }
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest[whole.endIndex...]
        let significant = whole.drop { $0 == UInt8(ascii: "0") }
        lexeme += significant.isEmpty ? [UInt8(ascii: "0")] : significant
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            guard !whole.isEmpty || !fraction.isEmpty else { return nil }
            rest = rest[fraction.endIndex...]
            lexeme.append(UInt8(ascii: "."))
            lexeme += fraction.isEmpty ? [UInt8(ascii: "0")] : fraction
        } else if whole.isEmpty {
            return nil
        }
        lexeme += rest
        // The number's own grammar sees to it that what is left is an exponent.
        guard rest.isEmpty || rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E"),
            let number = Number(lexeme: String(decoding: lexeme, as: UTF8.self)), number.double.isFinite
        else { return nil }
        return number
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
