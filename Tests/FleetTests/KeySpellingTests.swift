// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// YAML 1.1 reads `on`, `off`, `yes`, `no`, `y` and `n` as booleans. As keys of our own kinds they are words.
@Suite struct KeySpellingTests {
    @Test(arguments: ["on", "off", "yes", "no", "y", "n", "true", "null", "1", "0x10", "~"])
    func `a label's key is what is written`(key: String) async throws {
        let file = """
            kind: Target
            metadata: {name: here, labels: {\(key): a}}
            spec: {host: {root: ./sandbox}}
            ---
            kind: Application
            metadata: {name: site}
            spec: {source: {path: site}, targets: {\(key): a}}
            """
        let fleet = try await FleetReader.read(MemoryTree(files: ["first.yaml": file]))
        // `~` is no letter that labels may have; it must not have become `null`.
        guard key != "~" else {
            #expect(fleet.problems.contains { $0.error.reason.contains("\"~\"") })
            return
        }
        #expect(fleet.problems.isEmpty)
        #expect(fleet.units().count == 1)
    }
}
