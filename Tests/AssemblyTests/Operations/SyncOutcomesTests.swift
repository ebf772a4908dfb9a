// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import TestSupport
import Testing

@testable import Assembly

@Suite struct SyncOutcomesTests {
    private func events(_ drafts: [EventDraft]) -> [Event] {
        drafts.enumerated().map { index, draft in
            Event(
                id: EventID(writer: "test", incarnation: 1, sequence: UInt64(index + 1)), time: Time(nanoseconds: 0),
                draft: draft)
        }
    }

    @Test func `every outcome names what was meant for its object`() {
        let applied = WaveOutcome.Applied(digest: Digest(of: [1]), uid: "u")
        let web = unit("web")
        let drafts = [
            Intent(
                wave: 0,
                changes: [
                    .create: [object("new"): "u", object("broken"): ""],
                    .update: [object("old"): "u", object("same"): "u"],
                    .delete: [object("gone"): ""], .orphan: [object("left"): ""],
                ]
            ).draft(of: web),
            WaveOutcome(
                wave: 0, applied: [object("new"): applied, object("old"): applied, object("same"): applied],
                released: [object("gone"), object("left")], unchanged: [object("same")],
                failed: [object("broken"): "no space"]
            ).draft(of: web),
        ]
        #expect(
            SyncOutcomes.read(events(drafts)) == [
                Outcome(object: object("broken"), action: .create, result: .failed(reason: "no space")),
                Outcome(object: object("gone"), action: .delete, result: .done),
                Outcome(object: object("left"), action: .orphan, result: .done),
                Outcome(object: object("new"), uid: "u", action: .create, result: .done),
                Outcome(object: object("old"), uid: "u", action: .update, result: .done),
                Outcome(object: object("same"), uid: "u", action: .update, result: .unchanged),
            ])
        // A second try: the last word counts.
        let again = [
            Intent(wave: 0, changes: [.update: [object("broken"): "u"]]).draft(of: web),
            WaveOutcome(wave: 0, applied: [object("broken"): applied], released: [], failed: [:]).draft(of: web),
        ]
        let first = SyncOutcomes.read(events(drafts + again)).first
        #expect(first == Outcome(object: object("broken"), uid: "u", action: .update, result: .done))
    }
}
