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
    let frames: FrameStream

    private typealias Frame = FrameStream.Frame

    /// - Parameter start: the event up to which the reader knows the view; `nil` for now.
    func answer(_ context: Context, _ units: UnitFilter, after start: UInt64?) async -> Response {
        // A journal that does not reach so far is another one.
        let isKnown = await isReached(start)
        let first =
            if isKnown, let start { Frame(position: start) } else { await beginning(isKnown ? "start" : "reset") }
        return frames.answer(context, of: .states, first: first) { _ in
            Self.alive
        } next: { [self] position in
            await next(units, after: position)
        }
    }

    private static let alive = ByteBuffer(string: ":\n\n")

    private func isReached(_ position: UInt64?) async -> Bool {
        guard let position, let newest = try? await newest() else { return true }
        return position <= newest
    }

    /// Says where the journal stands, for one who begins there.
    private func beginning(_ name: String) async -> Frame {
        do throws(APIError) { return Self.frame(name, at: try await newest()) } catch { return Self.failure(error) }
    }

    private func next(_ units: UnitFilter, after position: UInt64) async -> Frame {
        do throws(APIError) {
            switch await frames.feed.news(after: position) {
            case .behind:
                // In a task of its own, as answers are: what it takes goes with it.
                async let frame = caughtUp(units, after: position)
                return await frame
            case .failure(let error): throw error
            case .batches(let batches, let reached):
                guard let last = batches.last else { return Frame(position: reached) }
                let sight = await operations.sight()
                if batches.count == 1, sight.isWhole, units == .all {
                    return Frame(bytes: last.frame, position: reached)
                }
                let changes = UnitBatch.changes(of: batches, in: units, for: sight)
                guard !changes.isEmpty else { return Frame(position: reached) }
                return Frame(bytes: UnitBatch.frame(changes, at: reached), position: reached)
            }
        } catch {
            return Self.failure(error)
        }
    }

    private static func failure(_ error: APIError) -> Frame {
        Frame(bytes: text("failure", ["error": error.wire]), position: nil)
    }

    private func caughtUp(_ units: UnitFilter, after position: UInt64) async -> Frame {
        do throws(APIError) { return try await catchUp(units, after: position) } catch { return Self.failure(error) }
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
        try await operations.events(EventFilter(limit: 1)).next
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
