// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Synchronization

/// Gives requests their places in the chain and writes them as one batch. Never runs twice at once: see
/// ``AppendQueue``.
final class ChainWriter: Sendable {
    private let store: any JournalStore
    private let incarnation: UInt32
    private let clock: Journal.Clock
    private let watermark: Watermark
    /// `nil` after a failed write: nobody knows then how far the store came, and it is asked.
    private let chain: Mutex<Chain?>

    init(
        store: any JournalStore, incarnation: UInt32, head: Head?, clock: @escaping Journal.Clock, watermark: Watermark
    ) {
        self.store = store
        self.incarnation = incarnation
        self.clock = clock
        self.watermark = watermark
        chain = Mutex(Chain(writer: store.writer, incarnation: incarnation, head: head))
    }

    func write(_ requests: [AppendQueue.Request]) async -> Result<[AppendQueue.Written], JournalError> {
        do throws(JournalError) {
            var next = try await currentChain()
            var batch = Batch(records: [], durability: .relaxed)
            var written: [[Event]] = []
            for request in requests {
                batch.durability = max(batch.durability, request.durability)
                if let erasure = request.erasure { batch.erasure = (batch.erasure ?? Erasure()).merging(erasure) }
                var events: [Event] = []
                for prepared in request.events {
                    let (record, event) = next.extend(with: prepared, at: clock())
                    batch.records.append(record)
                    events.append(event)
                }
                written.append(events)
            }
            chain.withLock { $0 = nil }
            try await store.append(batch)
            let head = next.head
            chain.withLock { $0 = next }
            if let head { watermark.advance(to: head.id.sequence) }
            return .success(written.map { AppendQueue.Written(events: $0, head: head) })
        } catch {
            return .failure(error)
        }
    }

    private func currentChain() async throws(JournalError) -> Chain {
        if let chain = chain.withLock({ $0 }) { return chain }
        return Chain(writer: store.writer, incarnation: incarnation, head: try await store.head())
    }
}

extension Erasure {
    fileprivate func merging(_ other: Erasure) -> Erasure {
        Erasure(through: max(through, other.through), sequences: sequences + other.sequences)
    }
}
