// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Where a chain lies. Stores keep bytes and order; what the bytes mean is decided in ``Chain`` and
/// ``ChainVerifier``. Each implementation passes the conformance suite in the tests.
///
/// One process writes. Calls may come from any task; none of them blocks the cooperative pool, and none of them is
/// interrupted by the cancellation of its caller: a batch is written wholly or not at all.
package protocol JournalStore: Sendable {
    /// The random id that was made with the store.
    var writer: Text { get }

    /// The newest event; `nil` when there is none yet.
    func head() async throws(JournalError) -> Head?

    /// Writes a batch in one transaction. Throws `conflict` when its first record does not follow the head.
    func append(_ batch: Batch) async throws(JournalError)

    /// The records that match, in the order asked for, at most the query's limit of them.
    func records(matching query: RecordQuery) async throws(JournalError) -> [Record]

    /// `nil` when there is none, or none that can be read: snapshots are derived data.
    func snapshot(of fold: Text) async throws(JournalError) -> Snapshot?

    /// Replaces the fold's snapshot.
    func save(_ snapshot: Snapshot) async throws(JournalError)

    /// Later calls throw `closed`. Writes nothing when nothing was appended.
    func close() async throws(JournalError)
}

/// What some stores can say of themselves beyond their records: whether indexes and pages fit together.
package protocol SelfChecking: JournalStore {
    /// What is wrong, one sentence each; none when all is well.
    func selfCheck() async throws(JournalError) -> [String]
}

/// What some stores can open a second time, for whoever reads long: nobody who appends waits for that.
package protocol ReadBeside: JournalStore {
    /// Sees what was appended so far, and what comes. To be closed by whoever asked for it.
    func openReader() async throws(JournalError) -> any JournalStore
}

/// When an append counts as done.
package enum Durability: Sendable, Hashable, Comparable {
    /// It survives the end of the process; a power failure may take the newest ones, never one from the middle.
    case relaxed
    /// It is on the disk. For intents and outcomes.
    case full
}

/// What one transaction writes.
package struct Batch: Sendable, Hashable {
    /// In order, continuing the chain. None: a full batch only makes durable what was appended before.
    package var records: [Record]
    /// Carried out with the records, which say so.
    package var erasure: Erasure?
    package var durability: Durability

    package init(records: [Record], erasure: Erasure? = nil, durability: Durability) {
        self.records = records
        self.erasure = erasure
        self.durability = durability
    }

    /// Whether somebody waits for it to act: what only keeps the store in order comes after other batches.
    package var precedesAct: Bool { records.contains { $0.label.kind == Self.intent } }

    private static let intent = Text(EventKind.intent.rawValue)
}

/// Which payloads and salts to erase, beyond recovery from the store's files.
package struct Erasure: Sendable, Hashable {
    /// Every event up to this sequence; 0 for none.
    package var through: UInt64
    /// And these.
    package var sequences: [UInt64]

    package init(through: UInt64 = 0, sequences: [UInt64] = []) {
        self.through = through
        self.sequences = sequences
    }
}

/// Which records to read.
package struct RecordQuery: Sendable, Hashable {
    package enum Order: Sendable, Hashable {
        case oldestFirst, newestFirst
    }

    /// Only later ones; 0 for all.
    package var after: UInt64
    /// Only earlier ones; `nil` for all.
    package var before: UInt64?
    package var unit: Text?
    package var source: Text?
    /// Empty: all kinds.
    package var kinds: Set<Text>
    /// From this moment on.
    package var since: Time?
    /// Before this moment.
    package var until: Time?
    package var order: Order
    package var limit: Int

    package init(
        after: UInt64 = 0, before: UInt64? = nil, unit: Text? = nil, source: Text? = nil, kinds: Set<Text> = [],
        since: Time? = nil, until: Time? = nil, order: Order = .oldestFirst, limit: Int
    ) {
        self.after = after
        self.before = before
        self.unit = unit
        self.source = source
        self.kinds = kinds
        self.since = since
        self.until = until
        self.order = order
        self.limit = limit
    }

    /// Whether a record belongs to the answer, limit and order aside.
    package func matches(_ label: Record.Label) -> Bool {
        label.sequence > after && before.map { label.sequence < $0 } ?? true
            && unit.map { label.unit == $0 } ?? true
            && source.map { label.source == $0 } ?? true
            && (kinds.isEmpty || kinds.contains(label.kind))
            && since.map { label.time >= $0 } ?? true
            && until.map { label.time < $0 } ?? true
    }
}

/// The state of a fold after an event, so that a start does not replay everything. Derived data: it may be lost.
package struct Snapshot: Sendable, Hashable {
    package var fold: Text
    package var version: Int
    /// The event that it covers last.
    package var sequence: UInt64
    /// The hash of that event: a snapshot of another history is not used.
    package var hash: Digest
    /// Canonical JSON.
    package var state: [UInt8]

    package init(fold: Text, version: Int, sequence: UInt64, hash: Digest, state: [UInt8]) {
        self.fold = fold
        self.version = version
        self.sequence = sequence
        self.hash = hash
        self.state = state
    }
}
