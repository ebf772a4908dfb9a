// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension JSONReader {
    /// Reads a string whose opening quote is at the offset.
    mutating func readString() throws(ReadingFailure) -> String {
        if let plain = readPlainString() { return String(decoding: bytes[plain], as: UTF8.self) }
        offset &+= 1
        let start = offset
        offset = endOfPlainRun(from: offset)
        guard offset < bytes.count else { throw unterminated(start) }
        return try readEscapedString(from: start)
    }

    /// Goes past a string that needs no decoding: the bytes between its quotes. `nil`, and nothing read, for others.
    mutating func readPlainString() -> Range<Int>? {
        let end = endOfPlainRun(from: offset &+ 1)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        let content = offset &+ 1..<end
        offset = end &+ 1
        return content
    }

    /// The index of the first quote, backslash or control character.
    private func endOfPlainRun(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let stops = Self.stops(in: UInt64(littleEndian: word))
            if stops != 0 { return index &+ stops.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            index &+= 1
        }
        return index
    }

    /// The high bit of each byte that ends a plain run; bytes above the lowest one may be marked wrongly.
    @inline(__always)
    private static func stops(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let isQuote = (quote &- ones) & ~quote
        let isBackslash = (backslash &- ones) & ~backslash
        let isControl = (word &- ones &* 0x20) & ~word
        return (isQuote | isBackslash | isControl) & highs
    }

    private mutating func readEscapedString(from start: Int) throws(ReadingFailure) -> String {
        var decoded: [UInt8] = []
        var runStart = start
        while offset < bytes.count {
            decoded.append(contentsOf: bytes[runStart..<offset])
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset &+= 1
                return String(decoding: decoded, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try readEscape(into: &decoded)
            default:
                throw ReadingFailure(
                    at: offset, "a control character in a string",
                    advice: bytes[offset] == UInt8(ascii: "\n") ? "is the closing quote missing?" : "write it escaped")
            }
            runStart = offset
            offset = endOfPlainRun(from: offset)
        }
        throw unterminated(start)
    }

    private mutating func readEscape(into decoded: inout [UInt8]) throws(ReadingFailure) {
        let start = offset
        guard offset &+ 1 < bytes.count else { throw unterminated(start) }
        let letter = bytes[offset &+ 1]
        offset &+= 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = readScalar() else {
                throw ReadingFailure(at: start, "a \\u escape that is no character")
            }
            decoded.append(contentsOf: String(Character(scalar)).utf8)
        default:
            throw ReadingFailure(at: start, "an unknown escape in a string")
        }
    }

    /// The character of a \u escape, of two for a surrogate pair; the offset is behind the first `u`.
    private mutating func readScalar() -> Unicode.Scalar? {
        guard let first = readFourDigits() else { return nil }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800...0xDBFF).contains(first), offset &+ 2 <= bytes.count,
            bytes[offset] == UInt8(ascii: "\\"), bytes[offset &+ 1] == UInt8(ascii: "u")
        else { return nil }
        offset &+= 2
        guard let second = readFourDigits(), (0xDC00...0xDFFF).contains(second) else { return nil }
        return Unicode.Scalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func readFourDigits() -> UInt32? {
        guard offset &+ 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for index in offset..<offset &+ 4 {
            guard let digit = Hex.value(bytes[index]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        offset &+= 4
        return value
    }

    private func unterminated(_ start: Int) -> ReadingFailure {
        ReadingFailure(at: start &- 1, "a string that does not end")
    }
}
