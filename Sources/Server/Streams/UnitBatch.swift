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
        var state: (project: ProjectName, json: ByteBuffer)?
    }

    /// Of the journal: what happened behind `start`, up to `end`.
    let start: UInt64
    let end: UInt64
    /// Of the batches that were made, the how many-th: what came without an event has no place of its own.
    let number: UInt64
    /// Whether some of it came without an event.
    let hasStirs: Bool
    /// Ordered by unit.
    let changes: [Change]
    /// All of them as a frame, for the many who see all.
    let frame: ByteBuffer

    init(
        _ units: [UnitStatus], touched: Set<UnitID>, start: UInt64, end: UInt64, number: UInt64 = 0,
        hasStirs: Bool = false
    ) {
        var changes = units.map { Change(unit: $0.unit, state: ($0.project, ByteBuffer(bytes: JSON.write($0.wire)))) }
        let there = Set(units.map(\.unit))
        changes += touched.subtracting(there).map { Change(unit: $0, state: nil) }
        changes.sort { $0.unit < $1.unit }
        self.start = start
        self.end = end
        self.number = number
        self.hasStirs = hasStirs
        (frame, self.changes) = Self.frameAndParts(changes, at: end)
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

    /// A frame as it is written. A connection keeps a buffer for what is encrypted on it, of which as much is in memory as
    /// the largest piece ever took: this one, with what a record of TLS adds, two pages.
    static func pieces(of frame: ByteBuffer) -> [ByteBuffer] {
        stride(from: frame.readerIndex, to: frame.writerIndex, by: longestPiece).compactMap { start in
            frame.getSlice(at: start, length: min(longestPiece, frame.writerIndex - start))
        }
    }

    static let longestPiece = 7 << 10

    static func frame(_ changes: [Change], at position: UInt64) -> ByteBuffer { whole(changes, at: position).frame }

    /// The frame of all changes, and these with their states as parts of it: so each state is held once.
    private static func frameAndParts(_ changes: [Change], at position: UInt64) -> (ByteBuffer, [Change]) {
        let (frame, places) = whole(changes, at: position)
        var parts = changes
        for (index, place) in zip(parts.indices, places) {
            guard let place, let project = parts[index].state?.project,
                let json = frame.getSlice(at: place.lowerBound, length: place.count)
            else { continue }
            parts[index].state = (project, json)
        }
        return (frame, parts)
    }

    /// `id: 7`, `event: units`, and one line of data, since JSON has no line breaks of its own; and where in it each state
    /// is.
    private static func whole(_ changes: [Change], at position: UInt64) -> (frame: ByteBuffer, places: [Range<Int>?]) {
        let gone = changes.filter { $0.state == nil }.map(\.unit)
        let size = changes.reduce(100) { $0 + ($1.state?.json.readableBytes ?? 64) + 1 }
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        buffer.writeString("id: \(position)\nevent: units\ndata: {\"units\":[")
        var places: [Range<Int>?] = []
        places.reserveCapacity(changes.count)
        var isFirst = true
        for change in changes {
            guard let state = change.state else {
                places.append(nil)
                continue
            }
            if !isFirst { buffer.writeString(",") }
            let start = buffer.writerIndex
            buffer.writeImmutableBuffer(state.json)
            places.append(start..<buffer.writerIndex)
            isFirst = false
        }
        buffer.writeString("]")
        if !gone.isEmpty { buffer.writeString(",\"gone\":\(String(decoding: JSON.write(gone.wire), as: UTF8.self))") }
        buffer.writeString("}\n\n")
        return (buffer, places)
    }
}
