// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Journal
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import Assembly

/// What it costs to be told of events.
@Suite(.timeLimit(.minutes(2))) struct EventPageTests {
    private let store = CountingStore()

    private func desk() async throws -> (desk: JournalDesk, journal: Journal) {
        let journal = try await Journal.open(store) { Sample.now }
        return (JournalDesk(journal: journal, clocks: .system) { _ in nil }, journal)
    }

    private func resumed(_ number: Int) -> EventDraft {
        Resumed(reason: "\(number)").draft(of: unit("app-\(number % 7)"), by: Actor("user:ada"))
    }

    @Test func `of what is not asked for nothing is made durable, of what is told everything`() async throws {
        let (desk, journal) = try await desk()
        let paused = Paused(until: Sample.now, reason: "").draft(of: unit("web"), by: .trimtab)
        let asked = store.reads
        async let answer = desk.events(
            API.EventFilter(kinds: [.paused], start: .after(0), wait: .seconds(60)))
        while store.reads == asked { await Task.yield() }
        for number in 0..<5 {
            let before = store.reads
            try await journal.append([resumed(number)], durability: .relaxed)
            while store.reads == before { await Task.yield() }
        }
        #expect(store.syncs == 0)
        try await journal.append([paused], durability: .relaxed)
        #expect(try await answer.events.map(\.event.kind) == [.paused])
        #expect(store.syncs == 1)
        // All is durable now, so that nobody waits again.
        _ = try await desk.events(API.EventFilter(start: .last, limit: 2))
        #expect(store.syncs == 1)
    }

    @Test func `the last few events are read alone`() async throws {
        let (desk, journal) = try await desk()
        try await journal.append((0..<50).map(resumed))
        var before = store.records
        #expect(try await desk.events(API.EventFilter(start: .last, limit: 1)).events.count == 1)
        #expect(store.records == before + 1)
        before = store.records
        let ofOne = try await desk.events(API.EventFilter(units: UnitFilter(unit("app-3")), start: .last, limit: 2))
        #expect(ofOne.events.count == 2 && ofOne.events.allSatisfy { $0.event.unit == unit("app-3") })
        #expect(store.records == before + 2)
        // Who wrote an event stands within it.
        #expect(
            try await desk.events(API.EventFilter(actor: Actor("user:eve"), start: .last, limit: 1)).events.isEmpty)
    }
}

/// A store that counts what it is asked for.
private final class CountingStore: JournalStore {
    private let store = MemoryJournalStore()
    private let counts = Mutex((syncs: 0, reads: 0, records: 0))

    var writer: Text { store.writer }
    /// Batches that only wait for the disk.
    var syncs: Int { counts.withLock { $0.syncs } }
    var reads: Int { counts.withLock { $0.reads } }
    /// Records that were read.
    var records: Int { counts.withLock { $0.records } }

    func head() async throws(JournalError) -> Head? { try await store.head() }

    func append(_ batch: Batch) async throws(JournalError) {
        if batch.records.isEmpty, batch.durability == .full { counts.withLock { $0.syncs += 1 } }
        try await store.append(batch)
    }

    func records(matching query: RecordQuery) async throws(JournalError) -> [Record] {
        let found = try await store.records(matching: query)
        counts.withLock { counts in
            counts.reads += 1
            counts.records += found.count
        }
        return found
    }

    func snapshot(of fold: Text) async throws(JournalError) -> Snapshot? { try await store.snapshot(of: fold) }
    func save(_ snapshot: Snapshot) async throws(JournalError) { try await store.save(snapshot) }
    func close() async throws(JournalError) { try await store.close() }
}
