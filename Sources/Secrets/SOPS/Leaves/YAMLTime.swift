// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Plain scalars that SOPS's YAML reader takes for a moment: `2026-01-02`, `2026-01-02 03:04:05.5` (in UTC), or RFC 3339.
enum YAMLTime {
    /// In RFC 3339, without zeros at the end of a fraction; `nil` for what is no moment.
    static func read(_ text: Text) -> Text? {
        var rest = Array(text.utf8)[...]
        guard let year = digits(&rest, 4...4), skip(&rest, "-"), let month = digits(&rest, 1...2), skip(&rest, "-"),
            let day = digits(&rest, 1...2), let calendarDay = date(year, month, day)
        else { return nil }
        if rest.isEmpty { return Text("\(calendarDay)T00:00:00Z") }
        let isSpaced = rest.first == UInt8(ascii: " ")
        guard skip(&rest, "T") || skip(&rest, "t") || skip(&rest, " ") else { return nil }
        guard let hour = digits(&rest, 1...2), skip(&rest, ":"), let minute = digits(&rest, 1...2), skip(&rest, ":"),
            let second = digits(&rest, 1...2), hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction = ""
        if skip(&rest, ".") {
            let taken = rest.prefix { isDigit($0) }
            guard (1...9).contains(taken.count) else { return nil }
            rest = rest.dropFirst(taken.count)
            fraction = String(decoding: taken, as: UTF8.self)
            while fraction.hasSuffix("0") { fraction.removeLast() }
        }
        guard let zone = isSpaced ? (rest.isEmpty ? "Z" : nil) : zone(rest) else { return nil }
        let time = [hour, minute, second].map(two).joined(separator: ":")
        return Text("\(calendarDay)T\(time)\(fraction.isEmpty ? "" : "." + fraction)\(zone)")
    }

    private static func zone(_ bytes: ArraySlice<UInt8>) -> String? {
        if bytes.elementsEqual("Z".utf8) { return "Z" }
        var rest = bytes
        let isWest = skip(&rest, "-")
        guard isWest || skip(&rest, "+"), let hours = digits(&rest, 2...2), skip(&rest, ":"),
            let minutes = digits(&rest, 2...2), rest.isEmpty, hours < 24, minutes < 60
        else { return nil }
        if hours == 0, minutes == 0 { return "Z" }
        return "\(isWest ? "-" : "+")\(two(hours)):\(two(minutes))"
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) -> String? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
        let digits = String(year)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits + "-\(two(month))-\(two(day))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    private static func digits(_ rest: inout ArraySlice<UInt8>, _ count: ClosedRange<Int>) -> Int? {
        let taken = rest.prefix(count.upperBound).prefix { isDigit($0) }
        guard count.contains(taken.count) else { return nil }
        rest = rest.dropFirst(taken.count)
        return taken.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func skip(_ rest: inout ArraySlice<UInt8>, _ letter: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: letter) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
