// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import NIOCore

/// Units that something happened to, with their newest states as JSON.
struct UnitBatch: Sendable {
    struct Change: Sendable {
        var unit: UnitID
        /// `nil` for a unit that is gone.
        var state: (project: ProjectName, json: [UInt8])?
    }

    /// Of the journal: what happened behind `start`, up to `end`.
    let start: UInt64
    let end: UInt64
    /// Of the batches that were made, the how many-th: what came without an event has no place of its own.
    let number: Int
    /// Ordered by unit.
    let changes: [Change]
    /// All of them as a frame, for the many who see all.
    let frame: ByteBuffer

    init(_ units: [UnitStatus], touched: Set<UnitID>, start: UInt64, end: UInt64, number: Int = 0) {
        var changes = units.map { Change(unit: $0.unit, state: ($0.project, JSON.write($0.wire))) }
        let there = Set(units.map(\.unit))
        changes += touched.subtracting(there).map { Change(unit: $0, state: nil) }
        changes.sort { $0.unit < $1.unit }
        self.start = start
        self.end = end
        self.number = number
        self.changes = changes
        frame = Self.frame(changes, at: end)
    }

    /// What a reader sees of several batches: of each unit the newest.
    static func changes(
        of batches: ArraySlice<UnitBatch>, in view: UnitFilter, for sight: Sight
    ) -> [Change] {
        func isShown(_ change: Change) -> Bool {
            // What is gone is of no project: a reader of one may hear of a unit that it never knew.
            let project = change.state?.project
            guard sight.shows(change.unit, of: project) else { return false }
            if let project { return view.includes(change.unit, of: project) }
            return view.patterns.isEmpty || view.patterns.contains { $0.matches(change.unit) }
        }
        if batches.count == 1, let only = batches.first { return only.changes.filter(isShown) }
        var newest: [UnitID: Change] = [:]
        for batch in batches {
            for change in batch.changes { newest[change.unit] = change }
        }
        return newest.values.filter(isShown).sorted { $0.unit < $1.unit }
    }

    /// A frame as it is written. A connection keeps a buffer as large as the largest piece that was ever encrypted on it:
    /// one that holds a record of TLS (16 KiB with what belongs to it) is there from the start.
    static func pieces(of frame: ByteBuffer) -> [ByteBuffer] {
        stride(from: frame.readerIndex, to: frame.writerIndex, by: longestPiece).compactMap { start in
            frame.getSlice(at: start, length: min(longestPiece, frame.writerIndex - start))
        }
    }

    static let longestPiece = 15 << 10

    /// `id: 7`, `event: units`, and one line of data, since JSON has no line breaks of its own.
    static func frame(_ changes: [Change], at position: UInt64) -> ByteBuffer {
        let size = changes.reduce(100) { $0 + ($1.state?.json.count ?? 64) + 1 }
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        buffer.writeString("id: \(position)\nevent: units\ndata: {\"units\":[")
        var isFirst = true
        for change in changes {
            guard let state = change.state else { continue }
            if !isFirst { buffer.writeString(",") }
            buffer.writeBytes(state.json)
            isFirst = false
        }
        buffer.writeString("]")
        let gone = changes.filter { $0.state == nil }.map(\.unit)
        if !gone.isEmpty { buffer.writeString(",\"gone\":\(String(decoding: JSON.write(gone.wire), as: UTF8.self))") }
        buffer.writeString("}\n\n")
        return buffer
    }
}
