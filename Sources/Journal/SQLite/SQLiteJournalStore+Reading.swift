// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GRDB
package import Manifest
import Synchronization

extension SQLiteJournalStore: SelfChecking, ReadBeside {
    package func head() async throws(JournalError) -> Head? {
        try await perform { db in try Rows.head(db) }
    }

    package func records(matching query: RecordQuery) async throws(JournalError) -> [Record] {
        try await perform { db in try Rows.records(matching: query, db) }
    }

    package func snapshot(of fold: Text) async throws(JournalError) -> Snapshot? {
        try await perform { db in try Rows.snapshot(of: fold, db) }
    }

    package func save(_ snapshot: Snapshot) async throws(JournalError) {
        // Derived data: it need not outlive a power failure. The next full append, and closing, make it durable.
        hasWritten.withLock { $0 = true }
        try await perform { [self] db in
            try sync(as: .relaxed, db)
            try Rows.save(snapshot, db)
        }
    }

    package func openReader() async throws(JournalError) -> any JournalStore {
        try await Self.open(path: queue.path, access: .read)
    }

    /// What SQLite says of how it syncs: 1 for a relaxed batch, 2 for a full one. For tests.
    package func syncLevel() async throws(JournalError) -> Int? {
        try await perform { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    package func selfCheck() async throws(JournalError) -> [String] {
        try await perform { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter { $0 != "ok" }
        }
    }
}
