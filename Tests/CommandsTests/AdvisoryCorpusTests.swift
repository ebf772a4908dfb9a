// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import TestSupport
import Testing

/// Each class of what went wrong elsewhere has a row in docs/security.md, with tests.
@Suite(.enabled(if: Corpora.folder("advisories") != nil)) struct AdvisoryCorpusTests {
    @Test func `no class of advisories is without tests`() throws {
        let file = try #require(Corpora.folder("advisories")).appending(path: "gitops.tsv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        let classes = Set(
            lines.compactMap { line in
                let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
                return cells.count > 3 ? String(cells[3]) : nil
            })
        #expect(lines.count > 80 && classes.count >= 9)
        let rows = Set(try SecurityPageTests.rows().map(\.kind))
        #expect(classes.subtracting(rows).isEmpty, "\(classes.subtracting(rows))")
    }
}
