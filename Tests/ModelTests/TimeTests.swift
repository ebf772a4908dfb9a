// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

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
}
