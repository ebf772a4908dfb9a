// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GRDB
import Manifest
import Model
import TestSupport
import Testing

@testable import Journal

/// Whether SQLite syncs what it commits, as it says itself.
@Suite struct DurabilityTests {
    @Test func `a snapshot that is saved in between leaves intents as durable as they were`() async throws {
        try await withScratchFolder { folder in
            let store = try await SQLiteJournalStore.open(
                path: folder.path + "/journal.db", access: .write(newWriter: WriterID.random()))
            let records = try sampleRecords(3, writer: store.writer)
            try await store.append(Batch(records: [records[0]], durability: .full))
            try await store.save(
                Snapshot(fold: "counts", version: 1, sequence: 1, hash: records[0].hash, state: Array("{}".utf8)))
            try await store.append(Batch(records: [records[1]], durability: .full))
            let full = try await store.perform { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(full == 2)
            try await store.append(Batch(records: [records[2]], durability: .relaxed))
            let relaxed = try await store.perform { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(relaxed == 1)
            try await store.close()
        }
    }
}
