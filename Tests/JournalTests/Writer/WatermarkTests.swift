// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Model
import Synchronization
import TestSupport
import Testing

/// Who waits for more events is woken for those, and for no others: whoever replays a journal must not do it at each.
@Suite struct WatermarkTests {
    @Test func `a wait for many events sleeps through those before`() async throws {
        let journal = try await Journal.open(MemoryJournalStore(), clock: Clocks.system.wall)
        let woken = Mutex(false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await journal.wait(past: 4)
                woken.withLock { $0 = true }
            }
            for number in 1...4 {
                try await journal.append(sampleDraft(number))
                for _ in 0..<200 { await Task.yield() }
                #expect(!woken.withLock { $0 }, "after \(number)")
            }
            try await journal.append(sampleDraft(5))
            try await group.waitForAll()
        }
        #expect(woken.withLock { $0 })
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
