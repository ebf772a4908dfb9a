// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

extension Journal {
    /// Erases the payloads of events from before a moment, and says so in a `retained` event of the same transaction.
    /// The chain stays as it is: who did what kind of thing, to which unit and when, is kept for ever.
    ///
    /// Folds live on: the event carries the states of those that learn from payloads, and a later replay begins
    /// there. Nothing is erased beyond what the states given here cover, nor from the first event on that is not older
    /// than the moment: where a clock jumped, too much is kept rather than too little. `nil`, and nothing written,
    /// when there is nothing to erase.
    @discardableResult
    package func retain(
        before moment: Time, carrying folds: [FoldState], by actor: Actor = .trimtab
    ) async throws(JournalError) -> Event? {
        let erased = try await erasedThrough()
        let young = try await store.records(matching: RecordQuery(after: erased, since: moment, limit: 1)).first
        let old = young.map { $0.label.sequence - 1 } ?? newest
        let through = min(old, folds.map(\.sequence).min() ?? newest)
        guard through > erased else { return nil }
        let retained = Retained(through: through, reason: Text("older than \(moment)"), folds: folds)
        return try await erase(Erasure(through: through), saying: retained, by: actor)
    }

    /// Erases the payloads of single events, for good: someone's data that must not be kept. Folds that are
    /// given carry what had been learnt from them.
    @discardableResult
    package func erase(
        _ sequences: [UInt64], reason: Text, carrying folds: [FoldState], by actor: Actor
    ) async throws(JournalError) -> Event? {
        let covered = folds.map(\.sequence).min() ?? newest
        guard !sequences.isEmpty else { return nil }
        for sequence in sequences {
            guard let event = try await event(sequence), sequence <= covered else {
                throw JournalError(.invalidEvent, "event \(sequence) is not there, or not yet followed by all folds")
            }
            guard event.kind != .retained else {
                throw JournalError(.invalidEvent, "event \(sequence) says what was erased: it must stay")
            }
        }
        let retained = Retained(through: try await erasedThrough(), sequences: sequences, reason: reason, folds: folds)
        return try await erase(Erasure(sequences: sequences), saying: retained, by: actor)
    }

    /// When the oldest event was recorded whose payload retention has not erased; `nil` when there is none.
    package func oldestKept() async throws(JournalError) -> Time? {
        try await store.records(matching: RecordQuery(after: erasedThrough(), limit: 1)).first?.label.time
    }

    /// When the newest event was recorded whose payload retention has erased; `nil` when there is none.
    package func newestErased() async throws(JournalError) -> Time? {
        let through = try await erasedThrough()
        guard through > 0 else { return nil }
        return try await store.records(matching: RecordQuery(after: through - 1, limit: 1)).first?.label.time
    }

    private func erase(
        _ erasure: Erasure, saying retained: Retained, by actor: Actor
    ) async throws(JournalError) -> Event? {
        let draft = EventDraft(kind: .retained, actor: actor, payload: retained.value)
        let request = AppendQueue.Request(events: [try PreparedEvent(draft)], erasure: erasure, durability: .full)
        return try await submit(request).events.first
    }

    /// How far payloads are erased already: every `retained` event says so again.
    private func erasedThrough() async throws(JournalError) -> UInt64 {
        let words = try await events(EventFilter(kinds: [.retained], order: .newestFirst, limit: 1))
        return words.first?.payload(as: Retained.self)?.through ?? 0
    }
}
