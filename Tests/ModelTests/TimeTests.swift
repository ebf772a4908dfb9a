// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
        (1_795_426_200_123_456_789, "2026-11-23T09:30:00.123Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func `prints as RFC 3339`(nanoseconds: Int64, text: String) {
        #expect(Time(nanoseconds: nanoseconds).description == text)
    }

    @Test func `arithmetic saturates`() {
        #expect(Time(nanoseconds: .max).advanced(by: .seconds(1)).nanoseconds == .max)
        #expect(Time(nanoseconds: .min).advanced(by: .seconds(-1)).nanoseconds == .min)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("2000-02-29T00:00:00.000Z", 951_782_400_000_000_000),
        ("2026-11-23T11:30:00.123456789+02:00", 1_795_426_200_123_456_789),
        ("1969-12-31T23:59:59.999Z", -1_000_000),
        ("2026-11-23t09:30:00z", 1_795_426_200_000_000_000),
    ])
    func `reads RFC 3339`(text: Text, nanoseconds: Int64) {
        #expect(Time(parsing: text)?.nanoseconds == nanoseconds)
    }

    @Test(
        arguments: [
            "", "now", "2026-11-23", "2026-11-23T09:30:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-11-23T24:00:00Z", "2026-11-23T09:30:00.Z", "2026-11-23T09:30:00.1234567890Z",
            "2026-11-23T09:30:00Z ", "9999-12-31T23:59:59Z", "2026-11-23T09:30:00+2:00", "２026-11-23T09:30:00Z",
        ] as [Text])
    func `refuses what is no time or does not fit`(text: Text) {
        #expect(Time(parsing: text) == nil)
    }

    @Test func `reads what it prints`() {
        for day in stride(from: Int64(-60_000), through: 60_000, by: 37) {
            let time = Time(nanoseconds: day * 86_400_000_000_000 + 45_296_789_000_000)
            #expect(Time(parsing: Text(time.description)) == time)
        }
    }
}
