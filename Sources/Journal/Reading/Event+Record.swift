// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

extension Event {
    /// Reads a record and checks that header and payload belong together. An erased payload reads as `null`. `nil`
    /// for an event of a later version, whose kind or names mean nothing here.
    package init?(_ record: Record) throws(JournalError) {
        let sequence = record.label.sequence
        let header: EventHeader
        do { header = try EventHeader(decoding: record.header) } catch {
            throw .damaged(event: sequence, "its header \(error.reason)")
        }
        guard Digest(of: record.header) == record.hash else {
            throw .damaged(event: sequence, "its header was changed after it was written")
        }
        guard header.id.sequence == sequence else { throw .damaged(event: sequence, "it is another event") }
        guard let kind = EventKind(rawValue: header.kind.string) else { return nil }
        var unit: UnitID?
        if let text = header.unit {
            guard let id = UnitID(parsing: text) else { return nil }
            unit = id
        }
        var source: SourceName?
        if let text = header.source {
            guard let name = SourceName(text) else { return nil }
            source = name
        }
        self.init(
            id: header.id, time: header.time,
            draft: EventDraft(
                kind: kind, unit: unit, source: source, actor: Actor(header.actor),
                payload: try Self.payload(of: record, header)))
    }

    /// Whether retention or a person erased the payload.
    package var isErased: Bool { payload == .null }

    private static func payload(of record: Record, _ header: EventHeader) throws(JournalError) -> Value {
        guard let payload = record.payload else { return .null }
        guard payload.commitment == header.commitment else {
            throw .damaged(event: record.label.sequence, "its payload was changed after it was written")
        }
        do { return try PayloadCodec.decode(payload.bytes, SealedPayload.budget(of: header.kind)) } catch {
            throw .damaged(event: record.label.sequence, "its payload cannot be read: \(error)")
        }
    }
}
