// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model
import Synchronization

/// The append-only record of one writer: appends to the chain, reads from it, and signs how far it has come.
///
/// One per state folder. Calls may come from any task; none of them blocks the cooperative pool.
package final class Journal: Sendable {
    package typealias Clock = @Sendable () -> Time

    package let store: any JournalStore
    /// What was noticed while opening; for the log.
    package let notes: [OpeningNote]
    let clock: Clock
    let watermark: Watermark
    let anchor: Anchor?
    private let queue: AppendQueue
    private let isClosed = Mutex(false)
    /// Up to here everything is durable, as far as this process knows.
    private let settled = Mutex<UInt64>(0)

    /// Opens a journal over a store. `keeper` keeps a checkpoint beside it, by which a store that was put back from a
    /// backup is recognised; `nil` for stores that live only in memory. Writes nothing.
    package static func open(
        _ store: any JournalStore, keeper: CheckpointKeeper? = nil, clock: @escaping Clock
    ) async throws(JournalError) -> Journal {
        let head = try await store.head()
        var kept: Checkpoint?
        var notes: [OpeningNote] = []
        do { kept = try await keeper?.load() } catch { notes.append(.checkpointUnreadable(reason: "\(error)")) }
        var hash: Digest?
        if let kept, kept.size > 0 {
            let query = RecordQuery(after: kept.size - 1, limit: 1)
            hash = try await store.records(matching: query).first?.hash
        }
        let opening = Opening(writer: store.writer, head: head, kept: kept, hashAtKept: hash)
        if let note = opening.note { notes.append(note) }
        return Journal(
            store: store, head: head, incarnation: opening.incarnation, notes: notes, clock: clock,
            anchor: keeper.map {
                Anchor(keeper: $0, incarnation: opening.incarnation, kept: kept, setsAside: !notes.isEmpty)
            })
    }

    private init(
        store: any JournalStore, head: Head?, incarnation: UInt32, notes: [OpeningNote], clock: @escaping Clock,
        anchor: Anchor?
    ) {
        self.store = store
        self.notes = notes
        self.clock = clock
        self.anchor = anchor
        watermark = Watermark(newest: head?.id.sequence ?? 0)
        let writer = ChainWriter(
            store: store, incarnation: incarnation, head: head, clock: clock, watermark: watermark)
        queue = AppendQueue(write: writer.write)
    }

    /// The sequence of the newest event; 0 when there is none.
    package var newest: UInt64 { watermark.newest }

    /// Returns once there is an event after `sequence`, the journal is closed, or the task is cancelled.
    package func wait(past sequence: UInt64) async { await watermark.wait(past: sequence) }

    /// Appends events, next to each other and in order. When this returns they are stored as durably as was asked
    /// for; when it throws, none of them is, and a later append goes on where the chain stands. Appends that come at
    /// the same time share a transaction. Not cancelled with the caller's task.
    @discardableResult
    package func append(
        _ drafts: [EventDraft], durability: Durability = .full
    ) async throws(JournalError) -> [Event] {
        guard !drafts.isEmpty else { return [] }
        var events: [PreparedEvent] = []
        events.reserveCapacity(drafts.count)
        for draft in drafts { events.append(try PreparedEvent(draft)) }
        let request = AppendQueue.Request(events: events, erasure: nil, durability: durability)
        return try await submit(request).events
    }

    @discardableResult
    package func append(_ draft: EventDraft, durability: Durability = .full) async throws(JournalError) -> Event {
        guard let event = try await append([draft], durability: durability).first else {
            throw JournalError(.failed, "the journal did not say what it wrote")
        }
        return event
    }

    /// Makes durable what was appended so far: before anybody outside is told of it, who would keep ids that a loss of
    /// power gives to other events. Does nothing when all is.
    package func settle() async throws(JournalError) {
        guard settled.withLock({ $0 }) < newest else { return }
        _ = try await submit(.init(events: [], erasure: nil, durability: .full))
    }

    /// A signed statement of how far the journal has come, all of it durable. Also kept beside the store.
    /// Throws when the journal was opened without a keeper, who holds the key.
    package func checkpoint() async throws(JournalError) -> Checkpoint {
        guard let anchor else {
            throw JournalError(.failed, "this journal has no key to sign a checkpoint with")
        }
        let head = try await submit(.init(events: [], erasure: nil, durability: .full)).head
        return try await anchor.checkpoint(writer: store.writer, head: head, time: clock())
    }

    /// Makes everything durable, keeps a last checkpoint, and closes the store. Writes nothing when nothing was
    /// appended since the last checkpoint. Followers come to their end.
    package func close() async throws(JournalError) {
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        guard !wasClosed else { return }
        watermark.finish()
        var result = Result<Void, JournalError>.success(())
        if let anchor, newest > 0, await anchor.size != newest { result = await renew(anchor) }
        try await store.close()
        try result.get()
    }

    func submit(_ request: AppendQueue.Request) async throws(JournalError) -> AppendQueue.Written {
        guard !isClosed.withLock({ $0 }) else { throw .closed }
        let written = try await queue.submit(request)
        if request.durability == .full, let head = written.head {
            settled.withLock { $0 = max($0, head.id.sequence) }
        }
        // Whoever is about to act does not wait for a checkpoint: what comes of the act brings it.
        let precedesAct = request.events.contains { $0.draft.kind == .intent }
        if !precedesAct, let anchor, let head = written.head, await anchor.beginIfDue(at: head.id.sequence) {
            // Its failure is no failure of the append; the next one tries again, and closing reports it.
            _ = await renew(anchor)
            await anchor.endRenewal()
        }
        return written
    }

    private func renew(_ anchor: Anchor) async -> Result<Void, JournalError> {
        do throws(JournalError) {
            let head = try await queue.submit(.init(events: [], erasure: nil, durability: .full)).head
            _ = try await anchor.checkpoint(writer: store.writer, head: head, time: clock())
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
