// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import TestSupport
import Testing

@testable import Assembly

@Suite struct StraySearchTests {
    private let known: TargetName = name("known")
    private let new: TargetName = name("new")

    @Test func `a target of which the journal knew nothing is asked until it has answered`() {
        var search = StraySearch()
        let journal: Set<TargetName> = [known]
        #expect(search.targets(in: [known, new], isKnown: journal.contains) == [new])
        // It could not be asked, and what was declared there is on record by now.
        #expect(search.targets(in: [known, new]) { _ in true } == [new])
        #expect(search.targets(in: [known]) { _ in true }.isEmpty)
        search.answered(new)
        #expect(search.targets(in: [known, new]) { _ in false }.isEmpty)
    }
}
