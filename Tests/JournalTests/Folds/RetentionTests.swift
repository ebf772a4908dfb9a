// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GRDB
import Journal
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@Suite struct RetentionTests {
    private final class HandClock: Sendable {
        private let seconds = Mutex<Int64>(0)
        func now() -> Time { Time(nanoseconds: seconds.withLock { $0 } * 1_000_000_000) }
        func set(_ second: Int64) { seconds.withLock { $0 = second } }
    }

    private func second(_ second: Int64) -> Time { Time(nanoseconds: second * 1_000_000_000) }

    @Test("Folds survive retention, with and without their snapshot", arguments: StoreKind.allCases)
    func folds(kind: StoreKind) async throws {
        try await kind.with { store in
            let clock = HandClock()
            let journal = try await Journal.open(store, clock: clock.now)
            for index in 0..<20 {
                clock.set(Int64(index))
                try await journal.append(sampleDraft(index))
            }
            let sum = try await journal.project(Sum.self)
            let event = try await journal.retain(before: second(12), carrying: [sum.carried])
            #expect(event?.payload(as: Retained.self)?.through == 12)
            let records = try await store.records(matching: RecordQuery(limit: 100))
            #expect(records.filter { $0.payload == nil }.map(\.label.sequence) == Array(1...12))
            let report = verify(records)
            #expect(report.findings == [])
            #expect(report.erased == 12)
            let replayed = try await journal.project(Sum.self)
            #expect(replayed.fold.sum == 190)
            #expect(replayed.sequence == 21)
            // And once more, over the first retention.
            clock.set(30)
            try await journal.append(sampleDraft(20))
            var again = try await journal.project(Sum.self)
            try await journal.save(&again)
            clock.set(31)
            try await journal.retain(before: second(31), carrying: [again.carried])
            #expect(try await journal.project(Sum.self).fold.sum == 210)
            #expect(verify(try await store.records(matching: RecordQuery(limit: 100))).isIntact)
        }
    }

    @Test("What folds have learnt may be larger than any other payload") func largeStates() async throws {
        let journal = try await memoryJournal()
        try await journal.append((0..<3).map(sampleDraft))
        let large = Value.string(Text(String(repeating: "x", count: 65 << 20)))
        await #expect(throws: JournalError.self) {
            try await journal.append(EventDraft(kind: .rendered, payload: ["text": large]))
        }
        let carried = FoldState(fold: Kept.name, version: Kept.version, sequence: 3, state: ["text": large])
        try await journal.retain(before: Time(nanoseconds: .max), carrying: [carried])
        var kept = try await journal.project(Kept.self)
        #expect(kept.fold.state["text"] == large)
        try await journal.append(sampleDraft(0))
        try await journal.advance(&kept)
        try await journal.save(&kept)
        #expect(try await journal.project(Kept.self).replayed == 0)
    }

    /// What it was given, whatever comes.
    private struct Kept: Fold {
        static let name: Text = "kept"
        static let version = 1
        var state: Value = [:]
        init() {}
        init?(state: Value, version: Int) { self.state = state }
        mutating func apply(_ event: Event) {}
    }

    @Test("An erasure beside a reader counts, and the WAL is cut as soon as nobody reads") func besideReader()
        async throws
    {
        try await withScratchFolder { folder in
            let journal = try await Journal.open(folder: folder.path, clock: stillClock)
            try await journal.append(EventDraft(kind: .rendered, payload: ["text": "canary-51c9e0"]))
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let reader = try DatabaseQueue(path: folder.path + "/journal.db", configuration: configuration)
            try reader.inDatabase { db in
                try db.beginTransaction(.deferred)
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM event")
            }
            let event = try await journal.erase([1], reason: "asked for", carrying: [], by: .trimtab)
            #expect(event?.kind == .retained)
            #expect(try await journal.event(1)?.isErased == true)
            #expect(try filesHold("canary-51c9e0", in: folder))
            try reader.inDatabase { try $0.rollback() }
            try reader.close()
            try await journal.append(sampleDraft(0))
            #expect(try !filesHold("canary-51c9e0", in: folder))
            try await journal.close()
        }
    }

    @Test("Nothing is written when there is nothing to erase") func nothing() async throws {
        let clock = HandClock()
        let journal = try await Journal.open(MemoryJournalStore(), clock: clock.now)
        #expect(try await journal.retain(before: second(5), carrying: []) == nil)
        clock.set(10)
        try await journal.append(sampleDraft(0))
        #expect(try await journal.retain(before: second(5), carrying: []) == nil)
        #expect(try await journal.retain(before: second(11), carrying: []) != nil)
        #expect(try await journal.retain(before: second(5), carrying: []) == nil)
        #expect(journal.newest == 2)
    }

    @Test("What the folds have not followed yet is not erased") func behind() async throws {
        let journal = try await memoryJournal()
        try await journal.append((0..<5).map(sampleDraft))
        let sum = try await journal.project(Sum.self)
        try await journal.append((5..<10).map(sampleDraft))
        let event = try await journal.retain(before: Time(nanoseconds: .max), carrying: [sum.carried])
        #expect(event?.payload(as: Retained.self)?.through == 5)
        #expect(try await journal.project(Sum.self).fold.sum == 45)
    }

    @Test("Where the clock jumped, too much is kept rather than too little") func jumps() async throws {
        let clock = HandClock()
        let journal = try await Journal.open(MemoryJournalStore(), clock: clock.now)
        for second in [10, 11, 50, 12, 13] as [Int64] {
            clock.set(second)
            try await journal.append(sampleDraft(0))
        }
        let event = try await journal.retain(before: second(14), carrying: [])
        #expect(event?.payload(as: Retained.self)?.through == 2)
    }

    @Test("Single events are erased beside a retention, and both are answered for") func single() async throws {
        let store = MemoryJournalStore()
        let journal = try await Journal.open(store, clock: stillClock)
        try await journal.append((0..<6).map(sampleDraft))
        let sum = try await journal.project(Sum.self)
        try await journal.erase([5], reason: "asked for", carrying: [sum.carried], by: Actor("user:alice"))
        #expect(try await journal.project(Sum.self).fold.sum == 15)
        #expect(verify(try await store.records(matching: RecordQuery(limit: 100))).isIntact)
        for wrong in [0, 7, 99] as [UInt64] {
            await #expect(throws: JournalError.self) {
                try await journal.erase([wrong], reason: "asked for", carrying: [], by: .trimtab)
            }
        }
    }

    @Test("An erased payload is nowhere in the files of the journal") func gone() async throws {
        try await withScratchFolder { folder in
            let journal = try await Journal.open(folder: folder.path, clock: stillClock)
            try await journal.append(EventDraft(kind: .rendered, payload: ["text": "canary-51c9e0"]))
            try await journal.append((0..<50).map(sampleDraft))
            #expect(try filesHold("canary-51c9e0", in: folder))
            try await journal.erase([1], reason: "asked for", carrying: [], by: .trimtab)
            #expect(try !filesHold("canary-51c9e0", in: folder))
            try await journal.close()
        }
    }
}
