// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Journal
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import Assembly

/// What ran at a moment, told from a journal of which every event is a minute after the one before.
@Suite struct PastTests {
    private static let start = Time(nanoseconds: 1_791_979_200_000_000_000)
    private static func minute(_ minutes: Int) -> Time { start.advanced(by: .seconds(60 * minutes)) }
    private let alice = Actor("user:alice")
    private let carol = Actor("oidc:carol")
    private let old = Version(fleet: nil, source: CommitID(hex: String(repeating: "a", count: 40)))
    private let new = Version(fleet: nil, source: CommitID(hex: String(repeating: "b", count: 40)))

    private func sync(
        _ version: Version, _ byte: UInt8, by actor: Actor = .trimtab, cause: SyncCause = .commit,
        result: SyncEnded.Result = .succeeded
    ) -> [EventDraft] {
        let render = Digest(of: [byte])
        let started = SyncStarted(
            version: version, render: render, plan: Digest(of: [byte, byte]), cause: cause, counts: ChangeCounts(),
            testament: Testament(project: "shop", onRemoval: "orphan"))
        let reason: Text = result == .failed ? "no space" : ""
        return [
            started.draft(of: unit("web"), by: actor),
            SyncEnded(result: result, version: version, render: render, reason: reason).draft(of: unit("web")),
        ]
    }

    /// Minutes 1, 2: the old version. 3: healthy. 4: somebody agrees to the new plan, 5: and one who takes it back in 6.
    /// 7, 8: it fails. 9, 10: it is tried again and runs. 11: drift. 12, 13: which is put back. 14: a pause.
    private var life: [EventDraft] {
        let plan = Digest(of: [2, 2])
        return sync(old, 1)
            + [
                HealthChanged(health: .healthy, reason: "").draft(of: unit("web")),
                Approved(plan: plan, groups: ["ops"], reason: "looked at it").draft(of: unit("web"), by: carol),
                Approved(plan: plan, groups: ["ops"], reason: "").draft(of: unit("web"), by: alice),
                Rejected(plan: plan, reason: "wait").draft(of: unit("web"), by: alice),
            ] + sync(new, 2, result: .failed) + sync(new, 2, by: alice, cause: .person)
            + [
                Drifted(plan: plan, objects: [object("a"): ["spec.mode"]], cause: "").draft(of: unit("web"))
            ] + sync(new, 2, cause: .drift)
            + [Paused(until: Self.minute(600), reason: "lunch").draft(of: unit("web"), by: alice)]
    }

    private func withDesk(
        _ drafts: [EventDraft], _ body: (JournalDesk, Journal) async throws -> Void
    ) async throws {
        let minutes = Mutex(0)
        let journal = try await Journal.open(MemoryJournalStore()) {
            Self.minute(
                minutes.withLock { minutes in
                    minutes += 1
                    return minutes
                })
        }
        for draft in drafts { try await journal.append(draft) }
        let clocks = Clocks(wall: { Self.minute(5000) }, monotonic: { Moment(nanoseconds: 0) }, sleep: { _ in })
        try await body(JournalDesk(journal: journal, clocks: clocks) { _ in nil }, journal)
    }

    private func past(_ desk: JournalDesk, at minute: Int) async throws -> PastUnit? {
        let request = PastRequest(units: UnitFilter(patterns: [UnitPattern(unit("web"))]), time: Self.minute(minute))
        return try await desk.past(request).units.first?.past
    }

    @Test func `the version that ran, since when, and who let it run`() async throws {
        try await withDesk(life) { desk, _ in
            #expect(try await past(desk, at: 0) == nil)
            let under = try #require(try await past(desk, at: 1))
            #expect(under.running == nil)
            #expect(under.syncing?.version == old)
            let first = try #require(try await past(desk, at: 3))
            #expect(first.running?.version == old)
            #expect(first.running?.assents == [])
            #expect(first.health?.health == .healthy)
            let failed = try #require(try await past(desk, at: 8))
            #expect(failed.running?.version == old)
            #expect(failed.isTorn)
            #expect(failed.failure == "no space")
            let second = try #require(try await past(desk, at: 10))
            #expect(second.running?.version == new)
            #expect(second.running?.actor == alice)
            #expect(second.running?.ended == Self.minute(10))
            // Who said no at last did not let it run; who agreed to the first try did.
            #expect(second.running?.assents.map(\.actor) == [carol])
            #expect(second.running?.assents.first?.groups == ["ops"])
            #expect(!second.isTorn)
            #expect(try await past(desk, at: 11)?.driftSince == Self.minute(11))
            let healed = try #require(try await past(desk, at: 14))
            #expect(healed.running == second.running)
            #expect(healed.pause?.actor == alice)
            #expect(!healed.isIncomplete)
        }
    }

    @Test func `units that left are not there, and those of other projects are not shown`() async throws {
        let gone = sync(old, 1) + [UnitRemoved(orphaned: []).draft(of: unit("web"))]
        try await withDesk(gone) { desk, _ in
            var request = PastRequest(time: Self.minute(3))
            let after = try await desk.past(request).units
            request.time = Self.minute(2)
            let before = try await desk.past(request).units
            request.units.project = name("shop")
            let own = try await desk.past(request).units
            request.units.project = name("other")
            let others = try await desk.past(request).units
            #expect(after.isEmpty && before.count == 1 && own == before && others.isEmpty)
        }
    }

    @Test func `what is to come is refused, and what was before the journal is told`() async throws {
        try await withDesk(life) { desk, _ in
            await #expect(throws: APIError.self) { try await desk.past(PastRequest(time: Self.minute(5001))) }
            let before = try await desk.past(PastRequest(time: Self.minute(0)))
            #expect(before.units.isEmpty)
            #expect(before.notices.first?.string.hasPrefix("the journal begins at ") == true)
        }
    }

    @Test func `where retention has erased what was said, versions and names are still known`() async throws {
        try await withDesk(life) { desk, journal in
            let whole = try #require(try await past(desk, at: 10))
            let records = try await journal.project(UnitRecords.self)
            try await journal.retain(before: Self.minute(12), carrying: [records.carried])
            let status = try await desk.past(PastRequest(time: Self.minute(10)))
            #expect(status.erasedThrough == Self.minute(11))
            #expect(status.notices.contains { $0.string.hasPrefix("retention erased ") })
            let past = try #require(status.units.first?.past)
            #expect(past.isIncomplete)
            #expect(past.running?.version == new)
            #expect(past.running?.actor == alice)
            #expect(past.running?.ended == whole.running?.ended)
            #expect(past.health == nil || past.health?.health == .unknown)
            // The unit at the time of the first version, too.
            #expect(try await self.past(desk, at: 3)?.running?.version == old)
            // Whoever agreed is known by the header of what they said.
            #expect(try await self.past(desk, at: 8)?.running?.version == old)
        }
    }

    @Test func `the answer is the same on the wire`() async throws {
        try await withDesk(life) { desk, _ in
            for minute in [1, 3, 8, 10, 11, 14] {
                let status = try await desk.past(PastRequest(time: Self.minute(minute)))
                #expect(try PastStatus(wire: status.wire).wire == status.wire)
                #expect(status.units.count == 1)
            }
        }
    }

    @Test func `events are found by the object that they name`() async throws {
        try await withDesk(life) { desk, _ in
            let found = try await desk.events(EventFilter(object: ObjectPattern(parsing: "File/a")))
            #expect(found.events.map(\.event.kind) == [.drifted])
            let others = try await desk.events(EventFilter(object: ObjectPattern(parsing: "File/b")))
            #expect(others.events.isEmpty)
        }
    }

    @Test func `an answer reads so many events of a long journal and no more, unless units are named`() async throws {
        let others = (0..<30).flatMap { number in
            sync(old, 1).map { draft in
                var draft = draft
                draft.unit = unit("other-\(number)")
                return draft
            }
        }
        try await withDesk(others + life) { desk, _ in
            func reading(_ events: Int) -> JournalDesk {
                var limited = desk
                limited.readings = PastReadings(events: events)
                return limited
            }
            let (few, enough) = (reading(40), reading(1000))
            let request = PastRequest(time: Self.minute(2000))
            let error = await #expect(throws: APIError.self) { try await few.past(request) }
            #expect(error?.code == .tooLarge)
            let named = try await past(few, at: 2000)
            #expect(named?.running?.version == new)
            let all = try await enough.past(request)
            #expect(all.units.count == 31)
        }
    }

    /// Questions whose answers take until they are told to end.
    private final class Questions: Sendable {
        let readings = PastReadings(atOnce: 2)
        private let state = Mutex((isOpen: false, reads: 0))

        var reads: Int { state.withLock(\.reads) }
        func open() { state.withLock { $0.isOpen = true } }

        static func request(_ minute: Int) -> PastRequest { PastRequest(time: PastTests.minute(minute)) }

        func ask(_ minute: Int) async throws(APIError) -> Time {
            let request = Self.request(minute)
            let status = try await readings.answer(request) { () async throws(APIError) in
                state.withLock { $0.reads += 1 }
                while !state.withLock({ $0.isOpen }) { await Task.yield() }
                return PastStatus(time: request.time)
            }
            return status.time
        }
    }

    @Test func `the same question is answered once, and few are worked on at a time`() async throws {
        let questions = Questions()
        try await withThrowingTaskGroup(of: Time.self) { group in
            for minute in [1, 2] { group.addTask { try await questions.ask(minute) } }
            while questions.reads < 2 { await Task.yield() }
            let refused = await #expect(throws: APIError.self) { try await questions.ask(3) }
            #expect(refused?.code == .tooMany)
            for _ in 0..<5 { group.addTask { try await questions.ask(1) } }
            while await questions.readings.waiters(for: Questions.request(1)) < 5 { await Task.yield() }
            questions.open()
            var count = 0
            for try await _ in group { count += 1 }
            #expect(count == 7)
        }
        // There is room again.
        #expect(try await questions.ask(3) == Self.minute(3))
        #expect(questions.reads == 3)
    }
}
