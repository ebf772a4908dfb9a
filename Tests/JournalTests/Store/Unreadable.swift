// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest

/// A store whose own connection serves nobody who reads.
struct Unreadable: JournalStore, ReadBeside {
    let store: SQLiteJournalStore
    var writer: Text { store.writer }
    init(_ store: SQLiteJournalStore) { self.store = store }
    func openReader() async throws(JournalError) -> any JournalStore { try await store.openReader() }
    func head() async throws(JournalError) -> Head? { throw busy }
    func append(_ batch: Batch) async throws(JournalError) { throw busy }
    func records(matching query: RecordQuery) async throws(JournalError) -> [Record] { throw busy }
    func snapshot(of fold: Text) async throws(JournalError) -> Snapshot? { throw busy }
    func save(_ snapshot: Snapshot) async throws(JournalError) { throw busy }
    func close() async throws(JournalError) { throw busy }
    private var busy: JournalError { JournalError(.conflict, "it is in use") }
}
