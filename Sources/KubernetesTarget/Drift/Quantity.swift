// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// An amount as Kubernetes writes it: `1`, `1000m`, `0.5Gi`, `1e3`. Two spellings of one amount are equal.
struct Quantity: Sendable, Hashable {
    /// In billionths, the finest that Kubernetes knows; finer ones are rounded up, as it does.
    let nano: Int128

    init?(_ value: Value) {
        switch value {
        case .string(let text): self.init(text)
        case .number(let number): self.init(Text(number.lexeme))
        case .null, .bool, .array, .object, .secret: return nil
        }
    }

    init?(_ text: Text) {
        var rest = Array(text.utf8)[...]
        guard rest.count <= 64 else { return nil }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: Self.isDigit)
        rest = rest[whole.endIndex...]
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = rest.prefix(while: Self.isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard whole.count + fraction.count > 0, whole.count + fraction.count <= 30,
            let digits = Int128(String(decoding: Array(whole) + Array(fraction), as: UTF8.self)),
            let unit = Self.unit(String(decoding: rest, as: UTF8.self))
        else { return nil }
        var amount = digits
        for _ in 0..<unit.doublings {
            let (next, overflow) = amount.multipliedReportingOverflow(by: 1024)
            if overflow { return nil }
            amount = next
        }
        var exponent = unit.exponent - fraction.count + 9
        while exponent > 0 {
            let (next, overflow) = amount.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            amount = next
            exponent -= 1
        }
        while exponent < 0, amount != 0 {
            amount = amount / 10 + (amount % 10 == 0 ? 0 : 1)
            exponent += 1
        }
        nano = isNegative ? -amount : amount
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// A power of ten, and how often to multiply by 1024.
    private static func unit(_ suffix: String) -> (exponent: Int, doublings: Int)? {
        switch suffix {
        case "": (0, 0)
        case "n": (-9, 0)
        case "u": (-6, 0)
        case "m": (-3, 0)
        case "k": (3, 0)
        case "M": (6, 0)
        case "G": (9, 0)
        case "T": (12, 0)
        case "P": (15, 0)
        case "E": (18, 0)
        case "Ki": (0, 1)
        case "Mi": (0, 2)
        case "Gi": (0, 3)
        case "Ti": (0, 4)
        case "Pi": (0, 5)
        case "Ei": (0, 6)
        default: exponent(suffix)
        }
    }

    private static func exponent(_ suffix: String) -> (exponent: Int, doublings: Int)? {
        guard let first = suffix.utf8.first, first | 0x20 == UInt8(ascii: "e"), suffix.utf8.count <= 4,
            let exponent = Int(String(suffix.dropFirst()))
        else { return nil }
        return (exponent, 0)
    }
}
