// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Testing

@Suite struct DurationTests {
    @Test(
        arguments: [
            ("60s", 60_000), ("10m", 600_000), ("1h30m", 5_400_000), ("500ms", 500), ("7d", 604_800_000),
            ("1m1ms", 60_001), ("0h5s", 5000),
        ] as [(String, Int64)])
    func `reads whole numbers with units`(text: String, milliseconds: Int64) {
        #expect(Duration(parsing: Text(text)) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "60", "s", "0s", "-5s", "1.5h", "30m1h", "1h1h", " 5s", "5 s", "5S", "99999999999999999999s",
        "9223372036854775807d", "4000d", "1w", "５s", "5s\u{301}",
    ])
    func `refuses anything else`(text: String) {
        #expect(Duration(parsing: Text(text)) == nil)
    }
}
