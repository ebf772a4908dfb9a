// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@Suite struct AppendTests {
    @Test("Events get their places in the order they were given") func order() async throws {
        let journal = try await memoryJournal()
        let first = try await journal.append([sampleDraft(0), sampleDraft(1)])
        let second = try await journal.append(sampleDraft(2), durability: .relaxed)
        #expect((first + [second]).map(\.id.sequence) == [1, 2, 3])
        #expect(Set(first.map(\.id.writer)).count == 1)
        #expect(try await journal.events() == first + [second])
        #expect(journal.newest == 3)
        #expect(try await journal.append([]) == [])
    }

    @Test("Appends that come at once share transactions, and none is lost or mixed", arguments: StoreKind.allCases)
    func group(kind: StoreKind) async throws {
        try await kind.with { store in
            let counting = CountingStore(store)
            let journal = try await Journal.open(counting, clock: stillClock)
            let written = try await withThrowingTaskGroup(of: [Event].self) { group in
                for index in 0..<300 {
                    group.addTask { try await journal.append([sampleDraft(index), sampleDraft(index)]) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for events in written {
                #expect(events.count == 2)
                #expect(events[1].id.sequence == events[0].id.sequence + 1)
                #expect(events[0].payload == events[1].payload)
            }
            let all = try await journal.events()
            #expect(all == written.flatMap { $0 }.sorted { $0.id.sequence < $1.id.sequence })
            #expect(verify(try await store.records(matching: RecordQuery(limit: 1000))).isIntact)
            print("group commit (\(kind)): 300 appends in \(counting.transactions) transactions")
            #expect(counting.transactions <= 300)
        }
    }

    @Test("Appends that wait while a transaction is written go into the next one together")
    func grouped() async throws {
        let store = CountingStore(MemoryJournalStore())
        let journal = try await Journal.open(store, clock: stillClock)
        store.hold()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await journal.append(sampleDraft(0)) }
            await store.untilHeld()
            for index in 1...50 { group.addTask { try await journal.append(sampleDraft(index)) } }
            // All are queued once each task has run up to its wait; the store tells how they were written.
            for _ in 0..<2000 { await Task.yield() }
            store.letGo()
            try await group.waitForAll()
        }
        #expect(journal.newest == 51)
        #expect(store.transactions < 10)
    }

    @Test("What was not yet durable is made so without another event") func settle() async throws {
        let store = CountingStore(MemoryJournalStore())
        let journal = try await Journal.open(store, clock: stillClock)
        try await journal.append(sampleDraft(0), durability: .relaxed)
        #expect(store.durability == .relaxed)
        try await journal.settle()
        #expect(store.durability == .full && store.transactions == 2)
        #expect(journal.newest == 1)
        try await journal.settle()
        #expect(store.transactions == 2, "all of it is durable")
        try await journal.append(sampleDraft(1))
        try await journal.settle()
        #expect(store.transactions == 3)
    }

    @Test("An event that may not be written fails its append alone") func invalid() async throws {
        let journal = try await memoryJournal()
        let secret = EventDraft(kind: .rendered, payload: ["password": .secret(Secret("canary-7f3a"))])
        let error = await #expect(throws: JournalError.self) {
            try await journal.append([sampleDraft(0), secret])
        }
        #expect(error?.code == .invalidEvent)
        #expect(error.map { !"\($0)".contains("canary-7f3a") } == true)
        #expect(journal.newest == 0)
        try await journal.append(sampleDraft(1))
        #expect(journal.newest == 1)
    }

    @Test("A write that fails leaves the chain intact, and the next append goes on") func failure() async throws {
        let store = CountingStore(MemoryJournalStore())
        let journal = try await Journal.open(store, clock: stillClock)
        try await journal.append(sampleDraft(0))
        for writesFirst in [false, true] {
            // With `writesFirst` the store wrote, and its answer was lost.
            store.failNext(writesFirst: writesFirst)
            let error = await #expect(throws: JournalError.self) { try await journal.append(sampleDraft(1)) }
            #expect(error?.code == .full)
            try await journal.append(sampleDraft(2))
        }
        #expect(verify(try await store.records(matching: RecordQuery(limit: 10))).isIntact)
        #expect(journal.newest == 4)
    }

    @Test("A cancelled caller's events are written all the same") func cancelled() async throws {
        let store = CountingStore(MemoryJournalStore())
        let journal = try await Journal.open(store, clock: stillClock)
        store.hold()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await journal.append(sampleDraft(0)) }
            await store.untilHeld()
            group.cancelAll()
            store.letGo()
        }
        #expect(try await journal.events().count == 1)
    }

    @Test("A closed journal takes nothing more") func closed() async throws {
        let journal = try await memoryJournal()
        try await journal.append(sampleDraft(0))
        try await journal.close()
        let error = await #expect(throws: JournalError.self) { try await journal.append(sampleDraft(1)) }
        #expect(error?.code == .closed)
        try await journal.close()
    }
}

let stillClock: Journal.Clock = { Time(nanoseconds: 1_700_000_000_000_000_000) }

func memoryJournal() async throws -> Journal {
    try await Journal.open(MemoryJournalStore(), clock: stillClock)
}
