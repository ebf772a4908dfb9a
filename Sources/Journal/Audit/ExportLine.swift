// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// The lines of an export: JSON Lines that keep the stored bytes, so that it verifies as the journal itself does.
///
/// The first line names the format and the writer, the last one the number of events and the hash of the newest; each
/// line between holds one event. `header` and `salt` are hexadecimal, `payload` is the stored text as a string: no
/// writer of JSON stands between it and its hash. Both are absent once erased. Each line has one form: reading refuses
/// what writing would not make.
enum ExportLine {
    static let format: Text = "trimtab.dev/journal-export/v1"
    /// A payload may double in size by being escaped; control characters, which take more, are rare in it.
    static let longest = 3 * Budget.foldState.bytes

    static func first(writer: Text) -> [UInt8] {
        line(["format": .string(format), "writer": .string(writer)])
    }

    static func last(events: UInt64, head: Digest?) -> [UInt8] {
        line(.fields(["events": .number(Number(events)), "head": head.map { Value($0) }]))
    }

    /// Throws when the payload is no text, which none that was ever sealed is.
    static func event(_ record: Record) throws(JournalError) -> [UInt8] {
        var payload: Text?
        if let bytes = record.payload?.bytes {
            guard let text = Text(utf8: bytes) else {
                throw .damaged(event: record.label.sequence, "its payload is no text")
            }
            payload = text
        }
        return line(
            .fields([
                "sequence": .number(Number(record.label.sequence)),
                "time": Value(record.label.time),
                "kind": .string(record.label.kind),
                "unit": record.label.unit.map(Value.string),
                "source": record.label.source.map(Value.string),
                "header": Value(Hex.encode(record.header)),
                "hash": Value(record.hash),
                "salt": record.payload.map { Value(Hex.encode($0.salt)) },
                "payload": payload.map(Value.string),
            ]))
    }

    static func writer(ofFirst bytes: [UInt8]) -> Text? {
        guard let value = read(bytes), let writer = value["writer"]?.stringValue, first(writer: writer) == bytes + [10]
        else { return nil }
        return writer
    }

    static func isLast(_ bytes: [UInt8], events: UInt64, head: Digest?) -> Bool {
        last(events: events, head: head) == bytes + [10]
    }

    /// `nil` for anything that ``event(_:)`` would not write. The line feed is not part of `bytes`.
    static func record(_ bytes: [UInt8]) -> Record? {
        guard let value = read(bytes), let sequence = value["sequence"]?.sequenceValue,
            let time = value["time"]?.timeValue, let kind = value["kind"]?.stringValue,
            let header = value["header"]?.hexValue, let hash = value["hash"]?.digestValue
        else { return nil }
        var payload: SealedPayload?
        if let text = value["payload"]?.stringValue, let salt = value["salt"]?.hexValue {
            payload = SealedPayload(salt: salt, bytes: Array(text.utf8))
        }
        let label = Record.Label(
            sequence: sequence, time: time, kind: kind, unit: value["unit"]?.stringValue,
            source: value["source"]?.stringValue)
        let record = Record(label: label, header: header, hash: hash, payload: payload)
        guard let again = try? event(record), again == bytes + [10] else { return nil }
        return record
    }

    private static func read(_ bytes: [UInt8]) -> Value? {
        try? JSON.read(bytes, budget: Budget(bytes: longest, depth: 2, nodes: 16, documents: 1))
    }

    private static func line(_ value: Value) -> [UInt8] {
        JSON.write(value, style: .compact) + [UInt8(ascii: "\n")]
    }
}

extension Value {
    fileprivate var hexValue: [UInt8]? { stringValue.flatMap { Hex.decode($0.string) } }
}
