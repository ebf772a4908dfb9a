// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Verifies journals, their exports and their checkpoints; needs no running Trimtab.
package enum Audit {
    /// Records read at a time.
    static let pageSize = 256

    /// Verifies all events of a store. What is wrong with it is in the report; throws only when it cannot be read at
    /// all. `trusted` are the public keys that checkpoints must be signed with; none: any key.
    package static func verify(
        _ store: any JournalStore, against checkpoints: [Checkpoint] = [], trusting trusted: [[UInt8]] = []
    ) async throws(JournalError) -> VerificationReport {
        var verifier = ChainVerifier(checkpoints: checkpoints, trusting: trusted)
        var reader = StoreReader(store: store)
        while let step = try await reader.next() {
            switch step {
            case .page(let records): for record in records { verifier.check(record) }
            case .unreadable(let sequence, let reason): verifier.note(.unreadable(sequence, reason: reason))
            case .cutShort(let after, let reason): verifier.note(.cutShort(after: after, reason: reason))
            }
        }
        if let store = store as? any SelfChecking {
            do { for reason in try await store.selfCheck() { verifier.note(.inconsistent(reason: reason)) } } catch {
                verifier.note(.inconsistent(reason: "\(error)"))
            }
        }
        return verifier.finish()
    }

    /// Verifies the events of a store that is being written, beside those who append.
    package static func verify(
        beside store: any JournalStore, against checkpoints: [Checkpoint] = []
    ) async throws(JournalError) -> VerificationReport {
        guard let store = store as? any ReadBeside else { return try await verify(store, against: checkpoints) }
        let reader = try await store.openReader()
        do throws(JournalError) {
            let report = try await verify(reader, against: checkpoints)
            try await reader.close()
            return report
        } catch {
            try? await reader.close()
            throw error
        }
    }

    /// Verifies the journal of a state folder, also while Trimtab runs, against the checkpoint beside it and those
    /// given. Changes nothing of the journal.
    package static func verify(
        folder: String, against checkpoints: [Checkpoint] = [], trusting trusted: [[UInt8]] = []
    ) async throws(JournalError) -> VerificationReport {
        var checkpoints = checkpoints
        var unreadable: JournalError?
        do { checkpoints += [try await CheckpointKeeper(folder: folder).load()].compactMap(\.self) } catch {
            unreadable = error
        }
        let store: any JournalStore
        do { store = try await SQLiteJournalStore.open(path: folder + "/journal.db", access: .read) } catch {
            // That there once was a journal, only a checkpoint can tell.
            guard error.code == .missing, let last = checkpoints.last else { throw error }
            store = MemoryJournalStore(writer: last.writer)
        }
        var report = try await verify(store, against: checkpoints, trusting: trusted)
        if let unreadable { report.findings.append(.inconsistent(reason: unreadable.reason)) }
        try await store.close()
        return report
    }

    /// Verifies an export, with no journal at hand.
    package static func verify(
        export path: String, against checkpoints: [Checkpoint] = [], trusting trusted: [[UInt8]] = []
    ) async throws(JournalError) -> VerificationReport {
        try await onThread { () throws(JournalError) in
            var verifier = ChainVerifier(checkpoints: checkpoints, trusting: trusted)
            var reader = try LineReader(path: path, limit: ExportLine.longest)
            guard let first = try reader.next(), let writer = ExportLine.writer(ofFirst: first) else {
                throw JournalError(
                    .notAJournal, "\(path) is no export of a journal", advice: "\"trimtab audit export\" makes one")
            }
            do throws(JournalError) {
                var events: UInt64 = 0
                var head: Digest?
                while let line = try reader.next() {
                    if let record = ExportLine.record(line) {
                        verifier.check(record)
                        events &+= 1
                        head = record.hash
                        continue
                    }
                    guard ExportLine.isLast(line, events: events, head: head) else {
                        throw JournalError(.damaged, "line \(events &+ 2) of \(path) is not as it was exported")
                    }
                    guard try reader.next() == nil else {
                        throw JournalError(.damaged, "\(path) goes on after its last line")
                    }
                    return verifier.finish(expecting: writer)
                }
                throw JournalError(.damaged, "\(path) has no last line")
            } catch {
                verifier.cutShort(reason: error.reason)
                return verifier.finish(expecting: writer)
            }
        }
    }

    /// Writes an export of a store, line by line.
    package static func export(
        _ store: any JournalStore, to write: ([UInt8]) async throws -> Void
    ) async throws {
        try await write(ExportLine.first(writer: store.writer))
        var query = RecordQuery(limit: pageSize)
        var events: UInt64 = 0
        var head: Digest?
        while true {
            let records = try await store.records(matching: query)
            var lines: [UInt8] = []
            for record in records {
                lines += try ExportLine.event(record)
                events &+= 1
                head = record.hash
                query.after = record.label.sequence
            }
            if !lines.isEmpty { try await write(lines) }
            if records.count < query.limit { break }
        }
        try await write(ExportLine.last(events: events, head: head))
    }

    /// Reads a checkpoint file. Its signature is checked by ``verify(_:against:trusting:)``.
    package static func readCheckpoint(_ path: String) async throws(JournalError) -> Checkpoint {
        let bytes = try await onThread { () throws(JournalError) in try SmallFile.read(path, limit: 4096) }
        guard let bytes else { throw JournalError(.missing, "there is no checkpoint at \(path)") }
        do { return try Checkpoint(json: bytes, file: Text(path)) } catch {
            throw JournalError(.damaged, "\(error)")
        }
    }
}
