// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension Time {
    /// Reads RFC 3339: `2026-11-23T09:30:00Z`, with up to nine digits of a fraction and any offset; `nil` for anything
    /// else, and for moments that nanoseconds since 1970 in 64 bits cannot hold.
    package init?(parsing text: Text) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), reader.skip("-"),
            let day = reader.digits(2), reader.skip("Tt "), let hour = reader.digits(2), reader.skip(":"),
            let minute = reader.digits(2), reader.skip(":"), let second = reader.digits(2),
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd,
            (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = Self.days(fromYear: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (nanoseconds, sumOverflow) = whole.addingReportingOverflow(fraction)
        guard !overflow, !sumOverflow else { return nil }
        self.init(nanoseconds: nanoseconds)
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01; years begin in March, so that the leap day comes last.
    private static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let marchMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private struct Reader {
        var bytes: [UInt8]
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        /// Exactly `count` decimal digits.
        mutating func digits(_ count: Int) -> Int64? {
            guard index + count <= bytes.count else { return nil }
            var number: Int64 = 0
            for byte in bytes[index..<(index + count)] {
                guard let digit = Self.value(of: byte) else { return nil }
                number = number * 10 + digit
            }
            index += count
            return number
        }

        /// One byte out of `choices`.
        mutating func skip(_ choices: String) -> Bool {
            guard index < bytes.count, choices.utf8.contains(bytes[index]) else { return false }
            index += 1
            return true
        }

        /// Nanoseconds; 0 when there is no fraction.
        mutating func fraction() -> Int64? {
            guard skip(".") else { return 0 }
            var (number, count): (Int64, Int) = (0, 0)
            while index < bytes.count, let digit = Self.value(of: bytes[index]) {
                guard count < 9 else { return nil }
                number = number * 10 + digit
                count += 1
                index += 1
            }
            guard count > 0 else { return nil }
            for _ in count..<9 { number *= 10 }
            return number
        }

        /// Seconds east of UTC.
        mutating func offset() -> Int64? {
            if skip("Zz") { return 0 }
            guard index < bytes.count else { return nil }
            let sign: Int64 = bytes[index] == UInt8(ascii: "-") ? -1 : 1
            guard skip("+-"), let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
            else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }

        private static func value(of byte: UInt8) -> Int64? {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int64(byte - UInt8(ascii: "0")) : nil
        }
    }
}
