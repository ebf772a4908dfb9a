// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model
import Synchronization

/// The in-memory twin of a store: for tests, and for engines that run once without a state folder.
package final class MemoryJournalStore: JournalStore {
    private struct State {
        var records: [Record] = []
        var snapshots: [Text: Snapshot] = [:]
        var isClosed = false
    }

    package let writer: Text
    private let state: Mutex<State>

    package init(writer: Text = WriterID.random(), records: [Record] = []) {
        self.writer = writer
        state = Mutex(State(records: records))
    }

    package func head() async throws(JournalError) -> Head? {
        try open { state throws(JournalError) in try Self.head(of: state.records.last) }
    }

    package func append(_ batch: Batch) async throws(JournalError) {
        try open { state throws(JournalError) in
            if let first = batch.records.first {
                try Head.check(first, follows: try Self.head(of: state.records.last))
            }
            state.records += batch.records
            guard let erasure = batch.erasure else { return }
            let sequences = Set(erasure.sequences)
            for index in state.records.indices {
                let sequence = state.records[index].label.sequence
                if sequence <= erasure.through || sequences.contains(sequence) { state.records[index].payload = nil }
            }
        }
    }

    package func records(matching query: RecordQuery) async throws(JournalError) -> [Record] {
        try open { state throws(JournalError) in
            let limit = max(0, query.limit)
            return switch query.order {
            case .oldestFirst: Array(state.records.lazy.filter { query.matches($0.label) }.prefix(limit))
            case .newestFirst: Array(state.records.reversed().lazy.filter { query.matches($0.label) }.prefix(limit))
            }
        }
    }

    package func snapshot(of fold: Text) async throws(JournalError) -> Snapshot? {
        try open { state throws(JournalError) in state.snapshots[fold] }
    }

    package func save(_ snapshot: Snapshot) async throws(JournalError) {
        try open { state throws(JournalError) in state.snapshots[snapshot.fold] = snapshot }
    }

    package func close() async throws(JournalError) {
        state.withLock { $0.isClosed = true }
    }

    private func open<Result: Sendable>(
        _ body: (inout State) throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        try state.withLock { state throws(JournalError) in
            guard !state.isClosed else { throw .closed }
            return try body(&state)
        }
    }

    private static func head(of record: Record?) throws(JournalError) -> Head? {
        guard let record else { return nil }
        return try Head(of: record)
    }
}
