// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The order of keys in go-yaml's output: numbers in names by their value (`a9` before `a10`), letters after all else.
enum KeyOrder {
    static func sorted(_ pairs: [Object.Pair]) -> [Object.Pair] {
        var index = 1
        while index < pairs.count, precedes(pairs[index - 1].key, pairs[index].key) { index += 1 }
        if index >= pairs.count { return pairs }
        return pairs.sorted { precedes($0.key, $1.key) }
    }

    static func precedes(_ left: Text, _ right: Text) -> Bool {
        left.withBytes { a in
            right.withBytes { b in
                var index = 0
                let limit = min(a.count, b.count)
                while index < limit, a[index] == b[index] { index += 1 }
                if index == limit { return a.count < b.count }
                if a[index] < 0x80, b[index] < 0x80 { return precedes(a, b, at: index) }
                return precedes(Array(left.string.unicodeScalars), Array(right.string.unicodeScalars))
            }
        }
    }

    /// Both are ASCII at the first difference. Digits are ASCII here: others are rare enough.
    private static func precedes(
        _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> Bool {
        let (x, y) = (a[index], b[index])
        let (xIsLetter, yIsLetter) = (isLetter(x), isLetter(y))
        if xIsLetter, yIsLetter { return x < y }
        if xIsLetter || yIsLetter { return yIsLetter }
        var (xNumber, yNumber) = (0, 0)
        if x == UInt8(ascii: "0") || y == UInt8(ascii: "0") {
            var before = index - 1
            while before >= 0, isDigit(a[before]) {
                if a[before] != UInt8(ascii: "0") {
                    (xNumber, yNumber) = (1, 1)
                    break
                }
                before -= 1
            }
        }
        let xEnd = number(in: a, from: index, &xNumber)
        let yEnd = number(in: b, from: index, &yNumber)
        if xNumber != yNumber { return xNumber < yNumber }
        return xEnd == yEnd ? x < y : xEnd < yEnd
    }

    private static func number(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ value: inout Int) -> Int {
        var index = start
        while index < bytes.count, isDigit(bytes[index]) {
            // Go's arithmetic wraps, too.
            value = value &* 10 &+ Int(bytes[index] - UInt8(ascii: "0"))
            index += 1
        }
        return index
    }

    private static func precedes(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Bool {
        guard let index = zip(a, b).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset else {
            return a.count < b.count
        }
        let (xIsLetter, yIsLetter) = (a[index].properties.isAlphabetic, b[index].properties.isAlphabetic)
        if xIsLetter != yIsLetter { return yIsLetter }
        return a[index].value < b[index].value
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
}
