// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A date or a time as YAML 1.1 writes it, in the forms that go-yaml v3 takes for one: `2020-1-31`,
/// `2020-01-31T10:00:00.5+01:00`, `2020-01-31 10:00:00`.
package struct Timestamp {
    private var year = 0
    private var month = 0
    private var day = 0
    private var time: (hour: Int, minute: Int, second: Int) = (0, 0, 0)
    /// Digits behind the second's point, without zeros at the end.
    private var fraction: [UInt8] = []
    private var zone = "Z"

    package init?(_ text: Text) {
        guard let timestamp = text.withBytes({ Timestamp($0) }) else { return nil }
        self = timestamp
    }

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = Slice(base: bytes, bounds: bytes.indices)
        guard let year = Self.number(&rest, 4...4), Self.skip(&rest, "-"), let month = Self.number(&rest, 1...2),
            Self.skip(&rest, "-"), let day = Self.number(&rest, 1...2), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        guard let separator = rest.first else { return }
        rest = rest.dropFirst()
        guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: "t") || separator == UInt8(ascii: " "),
            takeTime(&rest)
        else { return nil }
        if separator == UInt8(ascii: " ") {
            guard rest.isEmpty else { return nil }
        } else if !takeZone(&rest) {
            return nil
        }
    }

    private mutating func takeTime(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let hour = Self.number(&rest, 1...2), Self.skip(&rest, ":"), let minute = Self.number(&rest, 1...2),
            Self.skip(&rest, ":"), let second = Self.number(&rest, 1...2), hour < 24, minute < 60, second < 60
        else { return false }
        time = (hour, minute, second)
        guard Self.skip(&rest, ".") else { return true }
        let digits = rest.prefix { $0 &- UInt8(ascii: "0") <= 9 }
        guard !digits.isEmpty, digits.count <= 9 else { return false }
        rest = rest.dropFirst(digits.count)
        fraction = Array(digits)
        while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        return true
    }

    private mutating func takeZone(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        if rest.elementsEqual("Z".utf8) { return true }
        guard let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        rest = rest.dropFirst()
        guard let hours = Self.number(&rest, 2...2), Self.skip(&rest, ":"), let minutes = Self.number(&rest, 2...2),
            rest.isEmpty, hours <= 24, minutes < 60
        else { return false }
        if hours > 0 || minutes > 0 {
            zone = String(UnicodeScalar(sign)) + Self.padded(hours, 2) + ":" + Self.padded(minutes, 2)
        }
        return true
    }

    /// As RFC 3339 writes it.
    package var rfc3339: String {
        Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2) + "T"
            + Self.padded(time.hour, 2) + ":" + Self.padded(time.minute, 2) + ":" + Self.padded(time.second, 2)
            + (fraction.isEmpty ? "" : "." + String(decoding: fraction, as: UTF8.self)) + zone
    }

    private static func number(
        _ rest: inout Slice<UnsafeBufferPointer<UInt8>>, _ digits: ClosedRange<Int>
    ) -> Int? {
        let found = rest.prefix(digits.upperBound).prefix { $0 &- UInt8(ascii: "0") <= 9 }
        guard digits.contains(found.count) else { return nil }
        rest = rest.dropFirst(found.count)
        return found.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func skip(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>, _ mark: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
