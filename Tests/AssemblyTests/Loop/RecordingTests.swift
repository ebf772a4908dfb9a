// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import Testing

@testable import Assembly

/// What is waited for on the disk, and what a loss of power may take since it is found again.
@Suite struct RecordingTests {
    private func durability(of kinds: EventKind...) -> Durability {
        Durability(recording: kinds.map { EventDraft(kind: $0, payload: [:]) })
    }

    @Test func `a plan that waits does not wait for the disk`() {
        #expect(durability(of: .rendered, .planned, .planBlocked) == .relaxed)
    }

    @Test func `how a unit does is looked at again, and does not wait for the disk, unless something follows from it`()
    {
        #expect(durability(of: .healthChanged) == .relaxed)
        #expect(durability(of: .healthChanged, .markedBad) == .full)
    }

    @Test(arguments: EventKind.allCases) func `everything else is on the disk before anybody goes on`(kind: EventKind) {
        let isFoundAgain = [.rendered, .planned, .planBlocked, .healthChanged].contains(kind)
        #expect(durability(of: kind) == (isFoundAgain ? .relaxed : .full))
        #expect(durability(of: .rendered, .planned, kind) == (isFoundAgain ? .relaxed : .full))
    }
}
