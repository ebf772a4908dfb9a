// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension Journal {
    /// Events held at a time while replaying.
    private static let replayPage = 1000

    /// A fold over all events so far. It begins at the stored snapshot or at the state that the last retention
    /// carried, whichever covers more, and replays the rest. Writes nothing.
    package func project<F: Fold>(_ type: F.Type = F.self) async throws(JournalError) -> Projection<F> {
        var projection = try await storedProjection(F.self) ?? Projection<F>()
        if let carried = try await carriedState(of: F.self), carried.sequence > projection.sequence {
            projection = Projection(fold: carried.fold, sequence: carried.sequence, saved: projection.saved)
        }
        try await advance(&projection)
        return projection
    }

    /// Applies what came since.
    package func advance<F: Fold>(_ projection: inout Projection<F>) async throws(JournalError) {
        let newest = newest
        while projection.sequence < newest {
            let page = try await events(
                EventFilter(after: projection.sequence, before: newest &+ 1, limit: Self.replayPage))
            for event in page { projection.follow(event) }
            if page.count < Self.replayPage { projection.skip(to: newest) }
        }
    }

    /// Stores a snapshot, unless the stored one covers as much.
    package func save<F: Fold>(_ projection: inout Projection<F>) async throws(JournalError) {
        guard projection.sequence > projection.saved, let hash = try await hash(of: projection.sequence) else { return }
        let state = JSON.write(projection.fold.state, style: .canonical)
        try await store.save(
            Snapshot(
                fold: F.name, version: F.version, sequence: projection.sequence, hash: hash, state: state))
        projection.saved = projection.sequence
    }

    /// `nil` when there is no snapshot, or it is of another version, of another history, or damaged.
    private func storedProjection<F: Fold>(_ type: F.Type) async throws(JournalError) -> Projection<F>? {
        guard let snapshot = try await store.snapshot(of: F.name), snapshot.version == F.version,
            try await hash(of: snapshot.sequence) == snapshot.hash,
            let value = try? PayloadCodec.decode(snapshot.state, .foldState),
            let fold = F(state: value, version: F.version)
        else { return nil }
        return Projection(fold: fold, sequence: snapshot.sequence, saved: snapshot.sequence)
    }

    private func carriedState<F: Fold>(of type: F.Type) async throws(JournalError) -> (fold: F, sequence: UInt64)? {
        var filter = EventFilter(kinds: [.retained], order: .newestFirst, limit: 1)
        while let event = try await events(filter).first, let retained = event.payload(as: Retained.self) {
            filter.before = event.id.sequence
            guard let state = retained.folds.first(where: { $0.fold == F.name }) else { continue }
            guard state.sequence < event.id.sequence, let fold = F(state: state.state, version: state.version) else {
                throw .damaged(event: event.id.sequence, "it holds a state of \"\(F.name)\" that cannot be read")
            }
            return (fold, state.sequence)
        }
        return nil
    }

    private func hash(of sequence: UInt64) async throws(JournalError) -> Digest? {
        guard sequence > 0 else { return nil }
        let record = try await store.records(matching: RecordQuery(after: sequence - 1, limit: 1)).first
        return record.flatMap { $0.label.sequence == sequence ? $0.hash : nil }
    }
}
