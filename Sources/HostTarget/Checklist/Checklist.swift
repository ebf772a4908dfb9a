// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// All that it takes to see whether a unit's content stands, without its manifests: a few hundred bytes for each object,
/// in parts, of which one is held at a time.
///
/// In its bytes: form, the header's fields, number, then each row with its length before it.
struct Checklist: Sendable {
    /// Of the bytes alone. What a newer program makes of a manifest is a matter of ``Terms``.
    private static let form: UInt8 = 1
    static let rowsInPart = 1000

    /// The same in all parts of a list.
    struct Header: Sendable, Hashable {
        /// The content it was made from.
        var render: Digest
        /// What admission went by.
        var terms: Digest
        /// Of the objects in their order: tells parts of one list from those of another.
        var objects: Digest
        var parts: UInt32
    }

    let header: Header
    /// From 0.
    let number: UInt32
    /// Each readable by ``ChecklistRow/init(bytes:)``.
    var rows: [ArraySlice<UInt8>]

    /// A list in its parts, at least one.
    static func parts(
        of rows: [ArraySlice<UInt8>], for objects: [ObjectID], render: Digest, terms: Digest
    ) -> [Checklist] {
        let starts = rows.isEmpty ? [0] : Array(stride(from: 0, to: rows.count, by: rowsInPart))
        let header = Header(
            render: render, terms: terms, objects: Value(objects).digest(),
            parts: UInt32(truncatingIfNeeded: starts.count))
        return starts.enumerated().map { number, start in
            let own = Array(rows[start..<min(start + rowsInPart, rows.count)])
            return Checklist(header: header, number: UInt32(truncatingIfNeeded: number), rows: own)
        }
    }

    private init(header: Header, number: UInt32, rows: [ArraySlice<UInt8>]) {
        self.header = header
        self.number = number
        self.rows = rows
    }

    /// `nil` for what is no part of a checklist.
    init?(bytes: [UInt8]) {
        var rest = bytes[...]
        guard rest.popFirst() == Self.form, let render = Digest(bytes: Array(rest.take(32))),
            let terms = Digest(bytes: Array(rest.take(32))), let objects = Digest(bytes: Array(rest.take(32))),
            let parts: UInt32 = rest.number(), let number: UInt32 = rest.number(), number < parts,
            let count: UInt32 = rest.number(), count <= Self.rowsInPart
        else { return nil }
        rows = []
        rows.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let length: UInt32 = rest.number(), length <= rest.count else { return nil }
            rows.append(rest.take(Int(length)))
        }
        guard rest.isEmpty else { return nil }
        header = Header(render: render, terms: terms, objects: objects, parts: parts)
        self.number = number
    }

    var bytes: [UInt8] {
        var bytes = [Self.form] + header.render.bytes + header.terms.bytes + header.objects.bytes
        bytes.reserveCapacity(rows.reduce(bytes.count + 12) { $0 + 4 + $1.count })
        for number in [header.parts, number, UInt32(truncatingIfNeeded: rows.count)] { bytes.append(number: number) }
        for row in rows {
            bytes.append(number: UInt32(truncatingIfNeeded: row.count))
            bytes += row
        }
        return bytes
    }
}
