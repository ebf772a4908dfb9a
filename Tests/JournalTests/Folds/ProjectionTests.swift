// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import TestSupport
import Testing

/// Learns from payloads: the sum of `number`.
struct Sum: Fold {
    static let name: Text = "sum"
    static let version = 1
    var sum: Int64 = 0
    /// Events applied in this process: what a replay costs.
    var applied = 0

    mutating func apply(_ event: Event) {
        sum += event.payload["number"]?.intValue ?? 0
        applied += 1
    }

    var state: Value { ["sum": .number(Number(sum))] }

    init() {}

    init?(state: Value, version: Int) {
        guard let sum = state["sum"]?.intValue else { return nil }
        self.sum = sum
    }
}

@Suite struct ProjectionTests {
    @Test("A projection is the fold of all events, however it came about", arguments: StoreKind.allCases)
    func equal(kind: StoreKind) async throws {
        try await kind.with { store in
            let journal = try await Journal.open(store, clock: stillClock)
            var live = try await journal.project(Sum.self)
            let events = try await journal.append((0..<2500).map(sampleDraft), durability: .relaxed)
            let applied = [events[..<1000], events[900..<1200], events[1500...]].map { live.apply(Array($0)) }
            #expect(applied == [true, true, false])
            #expect(live.sequence == 1200)
            try await journal.advance(&live)
            let replayed = try await journal.project(Sum.self)
            #expect(live.fold.sum == 2499 * 2500 / 2)
            #expect(replayed.fold.sum == live.fold.sum)
            #expect(replayed.sequence == 2500)
        }
    }

    @Test("With a snapshot only what came after is replayed", arguments: StoreKind.allCases)
    func snapshot(kind: StoreKind) async throws {
        try await kind.with { store in
            let counting = CountingStore(store)
            let journal = try await Journal.open(counting, clock: stillClock)
            try await journal.append((0..<500).map(sampleDraft))
            var projection = try await journal.project(Sum.self)
            #expect(projection.unsaved == 500)
            try await journal.save(&projection)
            try await journal.save(&projection)
            #expect(counting.saves == 1)
            #expect(projection.unsaved == 0)
            try await journal.append(sampleDraft(500))
            var again = try await journal.project(Sum.self)
            #expect(again.fold.sum == 500 * 501 / 2)
            #expect(again.fold.applied == 1)
            #expect(again.unsaved == 1)
            // Nothing new: a start writes nothing.
            try await journal.save(&again)
            var third = try await journal.project(Sum.self)
            try await journal.save(&third)
            #expect(counting.saves == 2)
        }
    }

    @Test("A crash between append and snapshot loses nothing") func crash() async throws {
        let store = MemoryJournalStore()
        let journal = try await Journal.open(store, clock: stillClock)
        try await journal.append((0..<10).map(sampleDraft))
        var projection = try await journal.project(Sum.self)
        try await journal.save(&projection)
        try await journal.append((10..<20).map(sampleDraft))
        // The process ends here, with no snapshot of the last ten.
        let next = try await Journal.open(store, clock: stillClock)
        let replayed = try await next.project(Sum.self)
        #expect(replayed.fold.sum == 190)
        #expect(replayed.fold.applied == 10)
    }

    @Test("A snapshot of another history, version or form is not used") func stale() async throws {
        let good = Snapshot(
            fold: Sum.name, version: 1, sequence: 2, hash: Digest(of: []), state: Array("{\"sum\":100}".utf8))
        for change in 0..<4 {
            let store = MemoryJournalStore()
            let journal = try await Journal.open(store, clock: stillClock)
            try await journal.append((0..<3).map(sampleDraft))
            var snapshot = good
            snapshot.hash = try #require(await store.records(matching: RecordQuery(after: 1, limit: 1)).first?.hash)
            switch change {
            case 0: snapshot.hash = Digest(of: [1])
            case 1: snapshot.version = 2
            case 2: snapshot.state = Array("{".utf8)
            default: snapshot.sequence = 9
            }
            try await store.save(snapshot)
            #expect(try await journal.project(Sum.self).fold.sum == 3)
        }
    }

    @Test("The last event of each unit and kind, and the counts by kind, survive a snapshot")
    func generic() async throws {
        let journal = try await memoryJournal()
        let events = try await journal.append((0..<50).map(sampleDraft))
        var last = try await journal.project(LastEvents.self)
        var counts = try await journal.project(EventCounts.self)
        try await journal.save(&last)
        try await journal.save(&counts)
        let restored = try await journal.project(LastEvents.self)
        for kind in EventKind.allCases {
            let expected = events.last { $0.unit == unit("web") && $0.kind == kind }
            #expect(restored.fold[unit("web"), kind]?.sequence == expected?.id.sequence)
        }
        #expect(try await journal.project(EventCounts.self).fold.counts == counts.fold.counts)
        #expect(counts.fold.counts.values.reduce(0, +) == 50)
    }
}
