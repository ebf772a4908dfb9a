// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GRDB
import Glibc
import Journal
import Manifest
import Model
import TestSupport
import Testing

@Suite struct SQLiteFileTests {
    private func journal(in folder: URL, events: Int) async throws {
        let journal = try await Journal.open(folder: folder.path, clock: stillClock)
        try await journal.append((0..<events).map(sampleDraft))
        try await journal.close()
    }

    @Test("Opening, reading and closing a journal changes none of its files") func noWrites() async throws {
        try await withScratchFolder { folder in
            try await journal(in: folder, events: 300)
            // Once more, so that the files that readers share exist.
            try await Journal.open(folder: folder.path, clock: stillClock).close()
            let before = try fileStates(in: folder)
            for _ in 0..<3 {
                let journal = try await Journal.open(folder: folder.path, clock: stillClock)
                #expect(try await journal.events().count == 300)
                var counts = try await journal.project(EventCounts.self)
                #expect(counts.unsaved == 300)
                try await journal.advance(&counts)
                try await journal.close()
            }
            var after = try fileStates(in: folder)
            var expected = before
            // Memory that readers share, mapped anew by the first of them; holds nothing that must last.
            after["journal.db-shm"] = nil
            expected["journal.db-shm"] = nil
            #expect(after == expected)
            #expect(before["journal.db-wal"]?.first == 0)
        }
    }

    @Test("Full appends are synced after a snapshot was saved, too") func synced() async throws {
        try await withScratchFolder { folder in
            let store = try await SQLiteJournalStore.open(
                path: folder.path + "/journal.db", access: .write(newWriter: WriterID.random()))
            let records = try sampleRecords(2, writer: store.writer)
            try await store.append(Batch(records: [records[0]], durability: .full))
            #expect(try await store.syncLevel() == 2)
            try await store.save(
                Snapshot(fold: "sum", version: 1, sequence: 1, hash: records[0].hash, state: Array("{}".utf8)))
            #expect(try await store.syncLevel() == 1)
            try await store.append(Batch(records: [records[1]], durability: .full))
            #expect(try await store.syncLevel() == 2)
            try await store.close()
        }
    }

    @Test("Who verifies reads by another connection than those who append") func beside() async throws {
        try await withScratchFolder { folder in
            let store = try await SQLiteJournalStore.open(
                path: folder.path + "/journal.db", access: .write(newWriter: WriterID.random()))
            let records = try sampleRecords(3, writer: store.writer)
            try await store.append(Batch(records: records, durability: .relaxed))
            for writer in [store, Unreadable(store)] as [any JournalStore] {
                let report = try await Audit.verify(beside: writer)
                #expect(report.isIntact)
                #expect(report.events == 3)
            }
            // Its own connection is as it was.
            try await store.append(
                Batch(records: try sampleRecords(1, writer: store.writer, after: store.head()), durability: .full))
            try await store.close()
        }
    }

    @Test(
        "A file that is no journal is refused by name",
        arguments: ["text", "database", "newer", "trigger", "writer"])
    func notAJournal(what: String) async throws {
        try await withScratchFolder { folder in
            try await journal(in: folder, events: 3)
            let path = folder.path + "/journal.db"
            var code = JournalError.Code.damaged
            switch what {
            case "text":
                try Data("This is a letter, and not a short one.".utf8).write(to: URL(fileURLWithPath: path))
                code = .notAJournal
            case "database":
                try sqlite(path, "PRAGMA application_id = 7")
                code = .notAJournal
            case "newer":
                try sqlite(path, "PRAGMA user_version = 99")
                code = .newerFormat
            case "trigger":
                try sqlite(path, "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END")
            default: try sqlite(path, "UPDATE identity SET writer = 'x'")
            }
            let error = await #expect(throws: JournalError.self) {
                try await Journal.open(folder: folder.path, clock: stillClock)
            }
            #expect(error?.code == code)
            #expect(error?.description.contains(path) == true)
        }
    }

    @Test("A creation that was killed half way is finished by the next start") func halfMade() async throws {
        try await withScratchFolder { folder in
            try Data().write(to: folder.appendingPathComponent("journal.db"))
            try await journal(in: folder, events: 2)
            #expect(try await Audit.verify(folder: folder.path).isIntact)
        }
    }

    @Test(
        "What is changed behind SQLite's back is found",
        arguments: [
            "UPDATE event SET kind = 'healed' WHERE sequence = 7",
            "UPDATE event SET time = time + 1 WHERE sequence = 7",
            "UPDATE event SET payload = x'7b7d' WHERE sequence = 7",
            "UPDATE event SET salt = NULL WHERE sequence = 7",
            "UPDATE event SET header = x'00' WHERE sequence = 7",
            "UPDATE event SET hash = zeroblob(32) WHERE sequence = 7",
            "UPDATE event SET hash = zeroblob(31) WHERE sequence = 7",
            "UPDATE event SET salt = NULL, payload = NULL WHERE sequence = 7",
            "DELETE FROM event WHERE sequence = 7",
            "UPDATE event SET sequence = 1000 WHERE sequence = 7",
        ])
    func tampered(statement: String) async throws {
        try await withScratchFolder { folder in
            try await journal(in: folder, events: 300)
            try sqlite(folder.path + "/journal.db", statement)
            let report = try await Audit.verify(folder: folder.path)
            #expect(report.firstBroken?.sequence == 7)
        }
    }

    @Test("A database damaged anywhere is an error or a finding, never a crash") func damaged() async throws {
        try await withScratchFolder { folder in
            try await journal(in: folder, events: 120)
            let url = folder.appendingPathComponent("journal.db")
            let good = try Data(contentsOf: url)
            var generator = SplitMix(seed: 11)
            var refused = 0
            var found = 0
            for round in 0..<120 {
                var bytes = good
                if round.isMultiple(of: 4) {
                    bytes = bytes.prefix(Int.random(in: 1..<good.count, using: &generator))
                } else {
                    for _ in 0..<Int.random(in: 1...40, using: &generator) {
                        let index = Int.random(in: 0..<good.count, using: &generator)
                        bytes[index] = .random(in: 0...255, using: &generator)
                    }
                }
                try bytes.write(to: url)
                do {
                    let report = try await Audit.verify(folder: folder.path)
                    if !report.isIntact { found += 1 }
                    let journal = try await Journal.open(folder: folder.path, clock: stillClock)
                    _ = try await journal.events()
                    try await journal.append(sampleDraft(1))
                    try await journal.close()
                } catch let error as JournalError {
                    #expect(!error.description.isEmpty)
                    refused += 1
                }
                for name in ["journal.db-wal", "journal.db-shm"] {
                    try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
                }
            }
            print("damaged files: 120 tried, \(found) reported, \(refused) refused")
            #expect(refused + found > 60)
        }
    }

    @Test("A journal is read where nobody can write") func readOnly() async throws {
        try await withScratchFolder { folder in
            try await journal(in: folder, events: 5)
            for name in ["journal.db-wal", "journal.db-shm"] {
                try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
            }
            let store = try await SQLiteJournalStore.open(path: folder.path + "/journal.db", access: .read)
            let error = await #expect(throws: JournalError.self) {
                try await store.append(
                    Batch(records: try sampleRecords(1, after: await store.head()), durability: .full))
            }
            #expect(error?.code == .readOnly)
            try await store.close()
            let missing = await #expect(throws: JournalError.self) {
                _ = try await SQLiteJournalStore.open(path: folder.path + "/other.db", access: .read)
            }
            #expect(missing?.code == .missing)
        }
    }
}

/// Runs SQL with Python's module: another program than the one under test.
func sqlite(_ path: String, _ statement: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.inDatabase { try $0.execute(sql: statement) }
    try queue.close()
}
