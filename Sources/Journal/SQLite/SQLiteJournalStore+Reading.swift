// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GRDB
package import Manifest
import Synchronization

extension SQLiteJournalStore: SelfChecking {
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

    package func selfCheck() async throws(JournalError) -> [String] {
        try await perform { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter { $0 != "ok" }
        }
    }
}
