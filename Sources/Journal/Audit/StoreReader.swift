// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Reads a store from its beginning to its end, around single events that cannot be read.
struct StoreReader {
    enum Step {
        case page([Record])
        case unreadable(UInt64, reason: String)
        case cutShort(after: UInt64, reason: String)
    }

    private let store: any JournalStore
    private var query = RecordQuery(limit: Audit.pageSize)
    private var isDone = false
    private var failures = 0

    init(store: any JournalStore) { self.store = store }

    /// `nil` at the end. Throws only what says nothing about the journal: a closed store.
    mutating func next() async throws(JournalError) -> Step? {
        guard !isDone else { return nil }
        do throws(JournalError) {
            let records = try await store.records(matching: query)
            guard let last = records.last else { return nil }
            query.after = last.label.sequence
            failures = 0
            return .page(records)
        } catch {
            guard error.code == .damaged || error.code == .notAJournal else { throw error }
            if query.limit > 1 {
                // One by one, to find the one.
                query.limit = 1
                return .page([])
            }
            failures += 1
            guard failures < 3 else {
                isDone = true
                return .cutShort(after: query.after, reason: error.reason)
            }
            query.after &+= 1
            query.limit = Audit.pageSize
            return .unreadable(query.after, reason: "or place in the store is damaged: \(error.reason)")
        }
    }
}
