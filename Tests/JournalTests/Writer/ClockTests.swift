// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Journal
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

/// The wall clock is for records; a journal stands on its sequence.
@Suite struct ClockTests {
    /// Says the given times one after the other, then the last one for ever.
    private final class JumpingClock: Sendable {
        private let seconds: Mutex<[Int64]>
        init(_ seconds: [Int64]) { self.seconds = Mutex(seconds) }
        func now() -> Time {
            seconds.withLock { seconds in
                let second = seconds.first ?? 0
                if seconds.count > 1 { seconds.removeFirst() }
                return Time(nanoseconds: second * 1_000_000_000)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a clock that jumps back loses no event and breaks no chain`(kind: StoreKind) async throws {
        try await kind.with { store in
            let times: [Int64] = [1000, 2000, -5, 3000, 0, 2500]
            let clock = JumpingClock(times)
            let journal = try await Journal.open(store, clock: clock.now)
            for index in times.indices { try await journal.append(sampleDraft(index)) }
            let events = try await journal.events()
            #expect(events.map(\.time.nanoseconds) == times.map { $0 * 1_000_000_000 })
            #expect(events.map(\.id.sequence) == [1, 2, 3, 4, 5, 6])
            #expect(try await Audit.verify(store).isIntact)
            // A filter by time takes every event at its word, wherever it stands.
            let since = try await journal.events(EventFilter(since: Time(nanoseconds: 2_000_000_000_000)))
            #expect(since.map(\.id.sequence) == [2, 4, 6])
            // Reading on goes by sequence, so nothing is passed over.
            var seen: [UInt64] = []
            for try await event in journal.follow(after: 2) {
                seen.append(event.id.sequence)
                if seen.count == 4 { break }
            }
            #expect(seen == [3, 4, 5, 6])
        }
    }

    @Test func `checkpoints of a clock that jumps back are in order all the same`() async throws {
        try await withScratchFolder { folder in
            let clock = JumpingClock([5000, 6000, 10, 20, 30])
            let journal = try await Journal.open(folder: folder.path, clock: clock.now)
            try await journal.append(sampleDraft(0))
            let early = try await journal.checkpoint()
            try await journal.append(sampleDraft(1))
            let late = try await journal.checkpoint()
            #expect(late.time < early.time)
            #expect(late.size > early.size)
            try await journal.close()
            let report = try await Audit.verify(folder: folder.path, against: [early, late])
            #expect(report.isIntact)
            #expect(report.extends.count == 3)
        }
    }
}
