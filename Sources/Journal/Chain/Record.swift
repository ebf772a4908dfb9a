// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// One event as it lies in a store or an export.
package struct Record: Sendable, Hashable {
    /// What the store files the event under, for filters. Derived from the header; verification compares the two.
    package struct Label: Sendable, Hashable {
        package var sequence: UInt64
        package var time: Time
        package var kind: Text
        package var unit: Text?
        package var source: Text?

        package init(sequence: UInt64, time: Time, kind: Text, unit: Text?, source: Text?) {
            self.sequence = sequence
            self.time = time
            self.kind = kind
            self.unit = unit
            self.source = source
        }

        package init(of header: EventHeader) {
            self.init(
                sequence: header.id.sequence, time: header.time, kind: header.kind, unit: header.unit,
                source: header.source)
        }
    }

    package var label: Label
    /// The stored form of an ``EventHeader``.
    package var header: [UInt8]
    /// SHA-256 of `header`: what the next event names as its previous one.
    package var hash: Digest
    /// `nil` once erased.
    package var payload: SealedPayload?

    package init(label: Label, header: [UInt8], hash: Digest, payload: SealedPayload?) {
        self.label = label
        self.header = header
        self.hash = hash
        self.payload = payload
    }

    /// A new record.
    package init(header: EventHeader, payload: SealedPayload) {
        let bytes = header.encoded
        self.init(label: Label(of: header), header: bytes, hash: Digest(of: bytes), payload: payload)
    }
}

/// The newest event of a chain: what the next one follows.
package struct Head: Sendable, Hashable {
    package var id: EventID
    package var hash: Digest

    package init(id: EventID, hash: Digest) {
        self.id = id
        self.hash = hash
    }
}

/// An event that has everything but its place in the chain.
package struct PreparedEvent: Sendable {
    package var draft: EventDraft
    package var payload: SealedPayload
    package var commitment: Digest

    /// Throws when the payload is no object, too large, or holds a secret.
    package init(_ draft: EventDraft) throws(JournalError) {
        self.draft = draft
        payload = try SealedPayload(sealing: draft.payload, of: draft.kind)
        commitment = payload.commitment
    }
}

/// Gives prepared events their places after a head: a pure function, so that what a chain looks like is decided here
/// and nowhere else.
package struct Chain: Sendable {
    package var writer: Text
    package var incarnation: UInt32
    package private(set) var head: Head?

    package init(writer: Text, incarnation: UInt32, head: Head?) {
        self.writer = writer
        self.incarnation = incarnation
        self.head = head
    }

    /// The record of the next event. The sequence goes on across incarnations.
    package mutating func extend(with event: PreparedEvent, at time: Time) -> (Record, Event) {
        let id = EventID(writer: writer, incarnation: incarnation, sequence: (head?.id.sequence ?? 0) &+ 1)
        var draft = event.draft
        draft.actor.text = draft.actor.text.prefix(bytes: EventHeader.longestActor)
        let header = EventHeader(
            id: id, time: time, kind: Text(draft.kind.rawValue), unit: draft.unit.map { Text($0.description) },
            source: draft.source?.text, actor: draft.actor.text, commitment: event.commitment,
            previous: head?.hash ?? EventHeader.genesis)
        let record = Record(header: header, payload: event.payload)
        head = Head(id: id, hash: record.hash)
        return (record, Event(id: id, time: time, draft: draft))
    }
}
