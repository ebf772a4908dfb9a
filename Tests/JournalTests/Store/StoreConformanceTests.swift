// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Journal
import Manifest
import Model
import TestSupport
import Testing

/// The stores that must behave alike.
enum StoreKind: CaseIterable {
    case memory, sqlite

    func with(_ body: (any JournalStore) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(MemoryJournalStore(writer: "00112233445566778899aabbccddeeff"))
        case .sqlite:
            try await withScratchFolder { folder in
                let store = try await SQLiteJournalStore.open(
                    path: folder.path + "/journal.db",
                    access: .write(newWriter: "00112233445566778899aabbccddeeff"))
                try await body(store)
                try await store.close()
            }
        }
    }
}

@Suite struct StoreConformanceTests {
    private static let all = RecordQuery(limit: 1000)

    @Test("A new store has a writer and no head", arguments: StoreKind.allCases)
    func new(kind: StoreKind) async throws {
        try await kind.with { store in
            #expect(store.writer == "00112233445566778899aabbccddeeff")
            let head = try await store.head()
            let records = try await store.records(matching: Self.all)
            #expect(head == nil)
            #expect(records == [])
        }
    }

    @Test("Records come back as they went in", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        let records = try sampleRecords(20)
        try await kind.with { store in
            try await store.append(Batch(records: Array(records[..<7]), durability: .full))
            try await store.append(Batch(records: Array(records[7...]), durability: .relaxed))
            try await store.append(Batch(records: [], durability: .full))
            #expect(try await store.records(matching: Self.all) == records)
            #expect(try await store.head() == head(of: records))
        }
    }

    @Test("A batch that does not follow the head is refused whole", arguments: StoreKind.allCases)
    func conflict(kind: StoreKind) async throws {
        let records = try sampleRecords(6)
        let others = try sampleRecords(3)
        try await kind.with { store in
            try await store.append(Batch(records: Array(records[..<3]), durability: .full))
            for batch in [Array(records[4...]), Array(records[..<2]), try sampleRecords(1, after: head(of: others))] {
                await #expect(throws: JournalError.self) {
                    try await store.append(Batch(records: batch, erasure: Erasure(through: 3), durability: .full))
                }
            }
            #expect(try await store.records(matching: Self.all) == Array(records[..<3]))
            try await store.append(Batch(records: Array(records[3...]), durability: .full))
            #expect(try await store.head() == head(of: records))
        }
    }

    @Test("Every filter gives what the plain reading of it gives", arguments: StoreKind.allCases)
    func filters(kind: StoreKind) async throws {
        let records = try sampleRecords(60)
        var generator = SplitMix(seed: 7)
        try await kind.with { store in
            try await store.append(Batch(records: records, durability: .relaxed))
            for _ in 0..<300 {
                let query = Self.randomQuery(&generator)
                var expected = records.filter { query.matches($0.label) }
                if query.order == .newestFirst { expected.reverse() }
                #expect(try await store.records(matching: query) == Array(expected.prefix(query.limit)))
            }
        }
    }

    private static func randomQuery(_ generator: inout SplitMix) -> RecordQuery {
        func maybe<Item>(_ make: @autoclosure () -> Item) -> Item? {
            Bool.random(using: &generator) ? nil : make()
        }
        func time() -> Time { Time(nanoseconds: Int64.random(in: 0...60, using: &generator) * 1_000_000_000) }
        let kinds = EventKind.allCases.map { Text($0.rawValue) }.prefix(12)
        return RecordQuery(
            after: maybe(UInt64.random(in: 0...60, using: &generator)) ?? 0,
            before: maybe(UInt64.random(in: 0...70, using: &generator)),
            unit: maybe("acme/web@host"), source: maybe("shop"),
            kinds: Set(kinds.shuffled(using: &generator).prefix(Int.random(in: 0...3, using: &generator))),
            since: maybe(time()), until: maybe(time()),
            order: Bool.random(using: &generator) ? .oldestFirst : .newestFirst,
            limit: Int.random(in: 0...20, using: &generator))
    }

    @Test("Numbers at the ends of their ranges are no trap", arguments: StoreKind.allCases)
    func extremes(kind: StoreKind) async throws {
        try await kind.with { store in
            try await store.append(Batch(records: try sampleRecords(3), durability: .full))
            let none = RecordQuery(after: .max, limit: 5)
            #expect(try await store.records(matching: none) == [])
            #expect(try await store.records(matching: RecordQuery(before: .max, limit: .max)).count == 3)
            #expect(try await store.records(matching: RecordQuery(limit: -1)) == [])
            try await store.append(
                Batch(records: [], erasure: Erasure(sequences: [.max, 0, 2]), durability: .full))
            #expect(try await store.records(matching: Self.all).map { $0.payload == nil } == [false, true, false])
        }
    }

    @Test("Erasing takes salt and payload, and the chain stays", arguments: StoreKind.allCases)
    func erase(kind: StoreKind) async throws {
        let records = try sampleRecords(10)
        try await kind.with { store in
            try await store.append(Batch(records: records, durability: .full))
            try await store.append(
                Batch(records: [], erasure: Erasure(through: 4, sequences: [8]), durability: .full))
            let left = try await store.records(matching: Self.all)
            #expect(left.filter { $0.payload == nil }.map(\.label.sequence) == [1, 2, 3, 4, 8])
            #expect(left.map(\.header) == records.map(\.header))
        }
    }

    @Test("A snapshot is replaced by the next one of its fold", arguments: StoreKind.allCases)
    func snapshots(kind: StoreKind) async throws {
        try await kind.with { store in
            #expect(try await store.snapshot(of: "counts") == nil)
            var snapshot = Snapshot(
                fold: "counts", version: 1, sequence: 2, hash: Digest(of: [1]), state: Array("{}".utf8))
            try await store.save(snapshot)
            snapshot.sequence = 3
            try await store.save(snapshot)
            #expect(try await store.snapshot(of: "counts") == snapshot)
            #expect(try await store.snapshot(of: "other") == nil)
        }
    }

    @Test("A closed store says so", arguments: StoreKind.allCases)
    func closed(kind: StoreKind) async throws {
        try await kind.with { store in
            try await store.close()
            for attempt in 0..<3 {
                let error = await #expect(throws: JournalError.self) {
                    switch attempt {
                    case 0: _ = try await store.head()
                    case 1: try await store.append(Batch(records: try sampleRecords(1), durability: .full))
                    default: _ = try await store.snapshot(of: "x")
                    }
                }
                #expect(error?.code == .closed)
            }
        }
    }
}
