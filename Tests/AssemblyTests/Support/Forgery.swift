// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GRDB
import Journal
import Manifest
import Model

/// What somebody with the rights of root can do to a journal.
enum Forgery {
    static func execute(_ statement: String, on path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.inDatabase { try $0.execute(sql: statement) }
        try queue.close()
    }

    /// Writes a journal that tells another story from an event on, with every hash as it should be.
    static func rewrite(_ path: String, after kept: UInt64) async throws {
        let store = try await SQLiteJournalStore.open(path: path, access: .read)
        let records = try await store.records(matching: RecordQuery(limit: 10_000))
        try await store.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        let forged = try await SQLiteJournalStore.open(path: path, access: .write(newWriter: store.writer))
        try await forged.append(
            Batch(records: records.filter { $0.label.sequence <= kept }, durability: .full))
        let journal = try await Journal.open(forged) { Time(nanoseconds: 1_795_426_200_000_000_000) }
        for record in records where record.label.sequence > kept {
            guard let event = try Event(record) else { continue }
            var draft = event.draft
            draft.actor = Actor("user:mallory")
            try await journal.append(draft)
        }
        try await journal.close()
    }
}
