// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Synchronization

/// A store around another that counts transactions, can hold the next one, and can fail it.
final class CountingStore: JournalStore {
    private struct State {
        var transactions = 0
        var durability: Durability?
        var saves = 0
        var recordsRead = 0
        var isHolding = false
        var held: CheckedContinuation<Void, Never>?
        var observer: CheckedContinuation<Void, Never>?
        var failure: (isArmed: Bool, writesFirst: Bool) = (false, false)
    }

    private let store: any JournalStore
    private let state = Mutex(State())

    init(_ store: any JournalStore) { self.store = store }

    var writer: Text { store.writer }
    var transactions: Int { state.withLock(\.transactions) }
    /// That the newest transaction was asked for.
    var durability: Durability? { state.withLock(\.durability) }
    var saves: Int { state.withLock(\.saves) }
    var recordsRead: Int { state.withLock(\.recordsRead) }

    /// The next append waits for ``letGo()``.
    func hold() { state.withLock { $0.isHolding = true } }

    func untilHeld() async {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.held == nil { state.observer = continuation }
                return state.held != nil
            }
            if isHeld { continuation.resume() }
        }
    }

    func letGo() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = nil }
            return state.held
        }
        held?.resume()
    }

    func failNext(writesFirst: Bool) { state.withLock { $0.failure = (true, writesFirst) } }

    func append(_ batch: Batch) async throws(JournalError) {
        if state.withLock(\.isHolding) {
            await withCheckedContinuation { continuation in
                let observer = state.withLock { state in
                    state.held = continuation
                    defer { state.observer = nil }
                    return state.observer
                }
                observer?.resume()
            }
        }
        let failure = state.withLock { state in
            defer { state.failure.isArmed = false }
            state.transactions += 1
            state.durability = batch.durability
            return state.failure
        }
        if failure.isArmed && !failure.writesFirst { throw JournalError(.full, "no space is left") }
        try await store.append(batch)
        if failure.isArmed { throw JournalError(.full, "no space is left") }
    }

    func save(_ snapshot: Snapshot) async throws(JournalError) {
        state.withLock { $0.saves += 1 }
        try await store.save(snapshot)
    }

    func head() async throws(JournalError) -> Head? { try await store.head() }
    func records(matching query: RecordQuery) async throws(JournalError) -> [Record] {
        let records = try await store.records(matching: query)
        state.withLock { $0.recordsRead += records.count }
        return records
    }
    func snapshot(of fold: Text) async throws(JournalError) -> Snapshot? { try await store.snapshot(of: fold) }
    func close() async throws(JournalError) { try await store.close() }
}
