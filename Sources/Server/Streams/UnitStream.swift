// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import Model
import NIOCore
import ServiceLifecycle

/// The units of a view as they change: server-sent events, which browsers read by themselves and take up again where a
/// connection broke.
///
/// What there is to tell comes from the feed that all readers share. Whoever is further behind than that reads the
/// journal for themselves, and much further behind loads the view anew.
struct UnitStream {
    let operations: AuthorizedOperations
    let feed: UnitFeed
    let heartbeat: Duration
    /// Whether its reader would still be let in.
    let isGood: @Sendable () -> Bool

    /// - Parameter start: the event up to which the reader knows the view; `nil` for now.
    func answer(_ request: Request, _ units: UnitFilter, after start: UInt64?) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { [self] writer in
                // Without this a handler that waits is not told that its client is gone.
                try? await request.body.consumeWithCancellationOnInboundClose { _ in
                    var bell = await feed.watch().makeAsyncIterator()
                    // A journal that does not reach so far is another one.
                    let isKnown = await isReached(start)
                    var position = isKnown ? start : nil
                    var seen: Int?
                    var spoke = ContinuousClock.now
                    while !Task.isCancelled, !Task.isShuttingDownGracefully, isGood() {
                        var frame = await next(
                            units, after: position, seen: seen, first: isKnown ? "start" : "reset")
                        // The feed rings once a heartbeat where nothing happens, and not to the millisecond.
                        if frame.bytes == nil, spoke.duration(to: .now) >= heartbeat / 2 { frame.bytes = Self.alive }
                        if let bytes = frame.bytes {
                            for piece in UnitBatch.pieces(of: bytes) { try await writer.write(piece) }
                            spoke = .now
                        }
                        guard let reached = frame.position else { return }
                        (position, seen) = (reached, frame.batch ?? seen)
                        if frame.isCatchingUp {
                            try await Task.sleep(for: UnitFeed.interval)
                        } else if await bell.next() == nil {
                            return
                        }
                    }
                }
                try await writer.finish(nil)
            })
    }

    private struct Frame {
        /// `nil` when nothing of it is for this reader.
        var bytes: ByteBuffer?
        /// `nil` when it is the last one.
        var position: UInt64?
        /// The last batch of the feed that was looked at; `nil` when it is none of them.
        var batch: Int?
        /// Whether there may be more already.
        var isCatchingUp = false
    }

    private static let alive = ByteBuffer(string: ":\n\n")

    private func isReached(_ position: UInt64?) async -> Bool {
        guard let position, let newest = try? await newest() else { return true }
        return position <= newest
    }

    private func next(
        _ units: UnitFilter, after position: UInt64?, seen batch: Int?, first: String
    ) async -> Frame {
        do throws(APIError) {
            guard let position else { return Self.frame(first, at: try await newest()) }
            switch await feed.news(after: position, seen: batch) {
            case .behind: return try await catchUp(units, after: position)
            case .failure(let error): throw error
            case .batches(let batches, let reached):
                guard let last = batches.last else { return Frame(position: reached) }
                let sight = await operations.sight()
                if batches.count == 1, sight.isWhole, units == .all {
                    return Frame(bytes: last.frame, position: reached, batch: last.number)
                }
                let changes = UnitBatch.changes(of: batches, in: units, for: sight)
                let bytes = changes.isEmpty ? nil : UnitBatch.frame(changes, at: reached)
                return Frame(bytes: bytes, position: reached, batch: last.number)
            }
        } catch {
            return Frame(bytes: Self.text("failure", ["error": error.wire]), position: nil)
        }
    }

    /// One page of the journal, for one reader.
    private func catchUp(_ units: UnitFilter, after position: UInt64) async throws(APIError) -> Frame {
        let filter = EventFilter(units: units, start: .after(position), limit: UnitFeed.pageSize)
        let page = try await operations.events(filter)
        if page.events.count == filter.limit { return Self.frame("reset", at: try await newest()) }
        let touched = Set(page.events.compactMap(\.event.unit))
        guard !touched.isEmpty else { return Frame(position: page.next, isCatchingUp: true) }
        let status = try await operations.status(of: UnitFilter(patterns: touched.map { UnitPattern($0) }))
        let batch = UnitBatch(status.units, touched: touched, start: position, end: page.next)
        return Frame(bytes: batch.frame, position: page.next, isCatchingUp: true)
    }

    private func newest() async throws(APIError) -> UInt64 {
        try await operations.newest()
    }

    private static func frame(_ name: String, at position: UInt64) -> Frame {
        var bytes = ByteBuffer(string: "id: \(position)\n")
        bytes.writeImmutableBuffer(text(name, [:]))
        return Frame(bytes: bytes, position: position, isCatchingUp: true)
    }

    private static func text(_ name: String, _ value: Value) -> ByteBuffer {
        ByteBuffer(string: "event: \(name)\ndata: \(String(decoding: JSON.write(value), as: UTF8.self))\n\n")
    }
}
