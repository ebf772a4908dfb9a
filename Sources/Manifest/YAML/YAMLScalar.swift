// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// How a plain scalar resolves, as in kubectl (sigs.k8s.io/yaml over goyaml v2's resolve.go): YAML 1.1's booleans with
/// `y` and `n`, integers by their prefix, no sexagesimal numbers, timestamps stay strings.
enum YAMLScalar {
    /// A number that JSON cannot say: infinite, or not a number.
    struct Unspeakable: Error {}

    static func resolve(_ bytes: UnsafeBufferPointer<UInt8>) throws(Unspeakable) -> Value {
        guard let first = bytes.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            if let number = try number(bytes) { return .number(number) }
        case UInt8(ascii: "~") where bytes.count == 1: return .null
        case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"):
            if bytes.count <= 5, let value = words[String(decoding: bytes, as: UTF8.self)] { return value }
        default: break
        }
        return .string(Text(String(decoding: bytes, as: UTF8.self)))
    }

    private static let words: [String: Value] = {
        var words: [String: Value] = ["null": .null, "Null": .null, "NULL": .null]
        for word in ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"] { words[word] = true }
        for word in ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"] { words[word] = false }
        return words
    }()

    private static let unspeakable: Set<String> = [
        ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
    ]

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>) throws(Unspeakable) -> Number? {
        guard bytes.count <= 400 else { return nil }
        var digits = Array(bytes)
        if digits.last.map({ $0 == UInt8(ascii: "f") || $0 == UInt8(ascii: "F") || $0 | 0x20 == UInt8(ascii: "n") })
            == true, unspeakable.contains(String(decoding: digits, as: UTF8.self))
        {
            throw Unspeakable()
        }
        digits.removeAll { $0 == UInt8(ascii: "_") }
        if let integer = integer(digits[...]) { return integer }
        return try decimal(digits)
    }

    /// `0777` and `0o777` are octal, `0x` hexadecimal, `0b` binary; a sign may stand before.
    private static func integer(_ digits: ArraySlice<UInt8>) -> Number? {
        var rest = digits
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        var base: UInt64 = 10
        if rest.first == UInt8(ascii: "0"), rest.count > 1 {
            rest = rest.dropFirst()
            switch rest.first.map({ $0 | 0x20 }) {
            case UInt8(ascii: "x"): (base, rest) = (16, rest.dropFirst())
            case UInt8(ascii: "b"): (base, rest) = (2, rest.dropFirst())
            case UInt8(ascii: "o"): (base, rest) = (8, rest.dropFirst())
            default: base = 8
            }
        }
        guard !rest.isEmpty else { return nil }
        var magnitude: UInt64 = 0
        for digit in rest {
            guard let value = hexadecimal(digit), value < base else { return nil }
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: base)
            let (sum, carry) = product.addingReportingOverflow(value)
            guard !overflow, !carry else { return nil }
            magnitude = sum
        }
        guard isNegative else { return Number(magnitude) }
        return magnitude <= UInt64(Int64.max) + 1 ? Number(Int64(truncatingIfNeeded: 0 &- magnitude)) : nil
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt64? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`. Keeps the spelling where JSON allows it.
    private static func decimal(_ digits: [UInt8]) throws(Unspeakable) -> Number? {
        var index = 0
        func run() -> Int {
            let start = index
            while index < digits.count, digits[index] &- UInt8(ascii: "0") < 10 { index += 1 }
            return index - start
        }
        if digits.first == UInt8(ascii: "+") || digits.first == UInt8(ascii: "-") { index = 1 }
        let wholeStart = index
        let whole = run()
        var fraction = 0
        var hasPoint = false
        if index < digits.count, digits[index] == UInt8(ascii: ".") {
            hasPoint = true
            index += 1
            fraction = run()
        }
        guard whole + fraction > 0 else { return nil }
        if index < digits.count, digits[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < digits.count, digits[index] == UInt8(ascii: "+") || digits[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard run() > 0 else { return nil }
        }
        guard index == digits.count else { return nil }
        let text = String(decoding: digits, as: UTF8.self)
        guard let double = Double(text), double.isFinite else { throw Unspeakable() }
        let hasLeadingZero = whole > 1 && digits[wholeStart] == UInt8(ascii: "0")
        let isJSON = digits.first != UInt8(ascii: "+") && whole > 0 && !hasLeadingZero && (!hasPoint || fraction > 0)
        if isJSON { return .decimal(Text(text)) }
        return Int64(exactly: double).map { Number($0) } ?? .decimal(Text("\(double)"))
    }
}
