// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing

@Suite struct HumanTimeTests {
    private let now = Time(parsing: "2026-11-27T16:09:53Z")

    @Test(arguments: [
        ("2026-10-14T12:00:00Z", "2026-10-14T12:00:00.000Z"), ("2026-10-14T12:00:00+02:00", "2026-10-14T10:00:00.000Z"),
        ("2026-10-14 12:00", "2026-10-14T12:00:00.000Z"), ("2026-10-14T12:00", "2026-10-14T12:00:00.000Z"),
        ("2026-10-14T12:00Z", "2026-10-14T12:00:00.000Z"), ("2026-10-14 9:30:15", "2026-10-14T09:30:15.000Z"),
        ("2026-10-14 12:00+02:00", "2026-10-14T10:00:00.000Z"), ("2026-10-14", "2026-10-14T00:00:00.000Z"),
        ("14 October noon", "2026-10-14T12:00:00.000Z"), ("on 14 October at noon", "2026-10-14T12:00:00.000Z"),
        ("Oct 14, 2025 09:30 UTC", "2025-10-14T09:30:00.000Z"), ("14 oct", "2026-10-14T00:00:00.000Z"),
        ("24 December", "2025-12-24T00:00:00.000Z"), ("29 February noon", "2024-02-29T12:00:00.000Z"),
        ("yesterday 18:00", "2026-11-26T18:00:00.000Z"), ("today midnight", "2026-11-27T00:00:00.000Z"),
        ("noon", "2026-11-27T12:00:00.000Z"), ("9:30", "2026-11-27T09:30:00.000Z"), ("now", "2026-11-27T16:09:53.000Z"),
    ])
    func `a moment is read as people write it`(written: String, meant: String) throws {
        let time = Time(human: Text(written), now: try #require(now))
        #expect(time?.description == meant)
    }

    @Test(arguments: [
        "", "  ", "14", "October", "31 February", "2026-02-30", "2026-10-14 25:00", "noon midnight", "now noon",
        "14 15 October", "2026-10-14 2026", "14 October 12", "-1 October", "yesterday today", "12:00:00:00", "octopus",
        "14 October ٣:00", "2026-1-4", "0 May", String(repeating: "1 ", count: 60),
    ])
    func `what means no moment, or two, is refused`(written: String) throws {
        #expect(Time(human: Text(written), now: try #require(now)) == nil)
    }
}
