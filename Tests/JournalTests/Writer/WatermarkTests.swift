// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Model
import TestSupport
import Testing

/// Who waits for more events is woken for those, and for no others: whoever replays a journal must not do it at each.
@Suite struct WatermarkTests {
    @Test func `a wait for many events sleeps through those before`() async throws {
        let journal = try await Journal.open(MemoryJournalStore(), clock: Clocks.system.wall)
        async let seen: UInt64 = {
            await journal.wait(past: 4)
            return journal.newest
        }()
        for number in 1...4 {
            try await journal.append(sampleDraft(number))
            for _ in 0..<200 { await Task.yield() }
        }
        try await journal.append(sampleDraft(5))
        #expect(await seen == 5)
    }

    @Test func `the end wakes everybody, and so does a cancelled task`() async throws {
        let journal = try await Journal.open(MemoryJournalStore(), clock: Clocks.system.wall)
        let waiting = Task { await journal.wait(past: 1000) }
        waiting.cancel()
        await waiting.value
        async let other: Void = journal.wait(past: 1000)
        try await journal.close()
        await other
    }
}
