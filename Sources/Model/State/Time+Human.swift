// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension Time {
    /// Reads a moment as people write it: RFC 3339, also with the zone, the seconds or the time of day left out
    /// (`2026-10-14 12:00`), a day by its name (`14 October noon`, `Oct 14 2025 09:30`, `yesterday 18:00`), or `now`.
    /// Where no zone is given it is UTC, in which all times are shown; a day without a time of day is its beginning, a
    /// day without a year the newest one that is not to come. `nil` for anything else.
    package init?(human text: Text, now: Time) {
        if let time = Time(parsing: text) {
            self = time
            return
        }
        guard text.utf8.count <= 64 else { return nil }
        let words = Self.words(of: text)
        guard !words.isEmpty else { return nil }
        if words == ["now"] {
            self = now
            return
        }
        var moment = HumanMoment()
        for word in words {
            guard moment.take(word) else { return nil }
        }
        guard let time = moment.time(now: now) else { return nil }
        self = time
    }

    /// In lower case; a date and a time of day that a `T` holds together are two.
    private static func words(of text: Text) -> [String] {
        var words: [String] = []
        for word in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }) {
            let lower = String(decoding: word, as: UTF8.self).lowercased()
            let halves = lower.utf8.split(separator: UInt8(ascii: "t"), omittingEmptySubsequences: false)
            if halves.count == 2, halves[0].count == 10, halves[0].first.map({ $0 < UInt8(ascii: ":") }) ?? false {
                words += halves.map { String(decoding: $0, as: UTF8.self) }
            } else {
                words.append(lower)
            }
        }
        return words.filter { $0 != "at" && $0 != "on" && $0 != "utc" }
    }
}

/// What was said of a moment so far, each thing once.
private struct HumanMoment {
    private enum Day {
        case date(year: Int, month: Int, day: Int)
        /// Days before today.
        case before(Int)
    }

    private var day: Day?
    private var month: Int?
    private var dayOfMonth: Int?
    private var year: Int?
    /// As RFC 3339 has it, with zone: `12:00:00Z`.
    private var clock: String?

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    mutating func take(_ word: String) -> Bool {
        switch word {
        case "today": return Self.set(&day, .before(0))
        case "yesterday": return Self.set(&day, .before(1))
        case "noon": return Self.set(&clock, "12:00:00Z")
        case "midnight": return Self.set(&clock, "00:00:00Z")
        default: break
        }
        if let found = Self.months.firstIndex(where: { $0 == word || String($0.prefix(3)) == word }) {
            return Self.set(&month, found + 1)
        }
        if word.utf8.contains(UInt8(ascii: ":")) { return Self.clock(word).map { Self.set(&clock, $0) } ?? false }
        let parts = word.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        if parts.count == 3 {
            let numbers = parts.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            guard numbers.count == 3, parts.map(\.count) == [4, 2, 2] else { return false }
            return Self.set(&day, .date(year: numbers[0], month: numbers[1], day: numbers[2]))
        }
        guard let number = Int(word), number > 0, word.utf8.first != UInt8(ascii: "+") else { return false }
        return word.utf8.count == 4 ? Self.set(&year, number) : word.utf8.count <= 2 && Self.set(&dayOfMonth, number)
    }

    func time(now: Time) -> Time? {
        guard let date = date(now: now) else { return nil }
        return Time(parsing: Text(date + "T" + (clock ?? "00:00:00Z")))
    }

    /// `2026-10-14`
    private func date(now: Time) -> String? {
        let today = String(now.description.prefix(10))
        switch (day, month, dayOfMonth) {
        case (.date(let year, let month, let day), nil, nil) where self.year == nil:
            return Self.date(year, month, day)
        case (.before(let days), nil, nil) where year == nil:
            return String(now.advanced(by: .seconds(-86_400 * days)).description.prefix(10))
        case (nil, let month?, let day?):
            if let year { return Self.date(year, month, day) }
            guard let current = Int(today.prefix(4)) else { return nil }
            // A leap day is not in every year.
            let years = (0...8).map { Self.date(current - $0, month, day) }
            return years.first { $0 <= today && Time(parsing: Text($0 + "T00:00:00Z")) != nil }
        case (nil, nil, nil) where year == nil && clock != nil: return today
        default: return nil
        }
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) -> String {
        func pad(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).utf8.count)) + String(number)
        }
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
    }

    /// `9:30`, `09:30:15`, with or without a zone.
    private static func clock(_ word: String) -> String? {
        let time = word.utf8.prefix { $0 == UInt8(ascii: ":") || (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        var zone = String(decoding: word.utf8.dropFirst(time.count), as: UTF8.self)
        if zone.isEmpty { zone = "z" }
        var parts = time.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard (2...3).contains(parts.count) else { return nil }
        if parts[0].utf8.count == 1 { parts[0] = "0" + parts[0] }
        if parts.count == 2 { parts.append("00") }
        return parts.joined(separator: ":") + zone
    }

    private static func set<Part>(_ part: inout Part?, _ value: Part) -> Bool {
        guard part == nil else { return false }
        part = value
        return true
    }
}
