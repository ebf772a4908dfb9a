// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension JSONReader {
    /// Reads a number that begins with a digit or a minus sign at the offset.
    mutating func readNumber() throws(ReadingFailure) -> Number {
        let start = offset
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        if isNegative { offset &+= 1 }
        let firstDigit = offset
        var magnitude: UInt64 = 0
        while offset < bytes.count, let digit = Self.digit(bytes[offset]) {
            // Meaningless above 19 digits, where it is not used.
            magnitude = magnitude &* 10 &+ UInt64(digit)
            offset &+= 1
        }
        let digits = offset &- firstDigit
        guard digits > 0 else { throw unexpected("a digit") }
        guard digits == 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
            throw ReadingFailure(at: start, "a number with leading zeros")
        }
        let isInteger = try !readFractionAndExponent()
        if isInteger, digits <= 18, magnitude != 0 || !isNegative {
            let value = Int64(truncatingIfNeeded: magnitude)
            return .signed(isNegative ? 0 &- value : value)
        }
        let lexeme = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let number = Number(lexeme: lexeme) else {
            throw ReadingFailure(at: start, "a number out of any range", advice: "write it as a string")
        }
        return number
    }

    /// Whether there was either.
    private mutating func readFractionAndExponent() throws(ReadingFailure) -> Bool {
        let start = offset
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset &+= 1
            try skipDigits()
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset &+= 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
                offset &+= 1
            }
            try skipDigits()
        }
        return offset != start
    }

    private mutating func skipDigits() throws(ReadingFailure) {
        let start = offset
        while offset < bytes.count, Self.digit(bytes[offset]) != nil { offset &+= 1 }
        guard offset > start else { throw unexpected("a digit") }
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt8? {
        let value = byte &- UInt8(ascii: "0")
        return value <= 9 ? value : nil
    }
}
