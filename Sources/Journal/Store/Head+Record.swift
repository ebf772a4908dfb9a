// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension Head {
    /// Reads the header; the stored hash is taken as it is.
    init(of record: Record) throws(JournalError) {
        let header: EventHeader
        do { header = try EventHeader(decoding: record.header) } catch {
            throw .damaged(event: record.label.sequence, "its header \(error.reason)")
        }
        self.init(id: header.id, hash: record.hash)
    }

    /// Throws `conflict` unless the record is what comes directly after the head.
    static func check(_ record: Record, follows head: Head?) throws(JournalError) {
        let header: EventHeader
        do { header = try EventHeader(decoding: record.header) } catch {
            throw JournalError(.invalidEvent, "the header of a new event \(error.reason)")
        }
        guard header.id.sequence == (head?.id.sequence ?? 0) &+ 1,
            header.previous == head?.hash ?? EventHeader.genesis
        else {
            throw JournalError(
                .conflict, "someone else has written to the journal",
                advice: "only one Trimtab may own a state folder")
        }
    }
}

extension JournalError {
    static let closed = JournalError(.closed, "the journal is closed")

    static func damaged(event sequence: UInt64, _ reason: String) -> JournalError {
        JournalError(.damaged, "event \(sequence) of the journal is damaged: \(reason)", advice: auditAdvice)
    }

    static let auditAdvice = "\"trimtab audit verify\" says what else is"
}
