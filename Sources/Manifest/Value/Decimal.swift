// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A number in JSON's grammar taken apart: sign, digits without zeros at either end, and a power of ten.
struct Decimal {
    var isNegative: Bool
    /// ASCII digits, neither first nor last of them zero; empty for zero.
    var digits: Substring.UTF8View
    var exponent: Int
    /// Neither a fraction nor an exponent was written.
    var isWrittenAsInteger: Bool

    /// `nil` for what is no number, and for exponents of more than four digits, which no machine holds.
    init?(_ lexeme: String) {
        var rest = lexeme.utf8[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }

        let whole = Self.takeDigits(&rest)
        guard let first = whole.first, whole.count == 1 || first != UInt8(ascii: "0") else { return nil }
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = Self.takeDigits(&rest)
            guard !fraction.isEmpty else { return nil }
        }
        guard let written = Self.takeExponent(&rest), rest.isEmpty else { return nil }
        isWrittenAsInteger = whole.endIndex == lexeme.endIndex

        let all = fraction.isEmpty ? Substring(whole) : Substring(whole) + Substring(fraction)
        var significant = all.utf8.drop { $0 == UInt8(ascii: "0") }
        var power = written - fraction.count
        while significant.last == UInt8(ascii: "0") {
            significant.removeLast()
            power += 1
        }
        digits = significant
        exponent = significant.isEmpty ? 0 : power
        if significant.isEmpty { isNegative = false }
    }

    /// The value when it is an integer of that type.
    var integer: Int64? { plainInteger.flatMap { Int64($0) } }
    var unsignedInteger: UInt64? { plainInteger.flatMap { UInt64($0) } }

    /// See ``Number/canonical``.
    var canonical: String {
        if let integer { return String(integer) }
        if let unsignedInteger { return String(unsignedInteger) }
        return (isNegative ? "-" : "") + String(Substring(digits)) + (exponent == 0 ? "" : "e\(exponent)")
    }

    /// An integer of at most 20 digits, written out.
    private var plainInteger: String? {
        guard exponent >= 0, digits.count + exponent <= 20 else { return nil }
        if digits.isEmpty { return "0" }
        return (isNegative ? "-" : "") + String(Substring(digits)) + String(repeating: "0", count: exponent)
    }

    private static func takeDigits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest[digits.endIndex...]
        return digits
    }

    private static func takeExponent(_ rest: inout Substring.UTF8View) -> Int? {
        guard let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") else { return 0 }
        rest = rest.dropFirst()
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let digits = takeDigits(&rest)
        guard !digits.isEmpty else { return nil }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        guard significant.count <= 4 else { return nil }
        let magnitude = Int(Substring(significant)) ?? 0
        return isNegative ? -magnitude : magnitude
    }
}
