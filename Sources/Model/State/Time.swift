// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A moment of the wall clock, for records. Deadlines and back-off use the monotonic clock.
package struct Time: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z, leap seconds not counted.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (left: Time, right: Time) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates at the ends of the range.
    package func advanced(by duration: Duration) -> Time {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return Time(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    package func duration(since earlier: Time) -> Duration {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return .nanoseconds(overflow ? (self < earlier ? .min : .max) : difference)
    }
}

extension Duration {
    /// Saturates at the ends of the range.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, sumOverflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return sumOverflow ? (seconds < 0 ? .min : .max) : sum
    }
}

extension Time: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T09:30:00.000Z`.
    package var description: String {
        let (days, ofDay) = Self.floorDivide(nanoseconds, 86_400_000_000_000)
        let (year, month, day) = Self.civil(fromDays: days)
        let milliseconds = ofDay / 1_000_000
        func pad(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(pad(milliseconds / 3_600_000, 2))"
            + ":\(pad(milliseconds / 60_000 % 60, 2)):\(pad(milliseconds / 1000 % 60, 2))"
            + ".\(pad(milliseconds % 1000, 3))Z"
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// Days since 1970-01-01 to year, month, day of the Gregorian calendar: eras of 400 years that begin in March,
    /// so that the leap day comes last.
    private static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = floorDivide(shifted, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
