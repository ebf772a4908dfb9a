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
            if isKnown, let start { Frame(place: NewsPlace(sequence: start)) } else {
                await beginning(isKnown ? "start" : "reset")
            }
        return frames.answer(context, of: .states, first: first) { _ in
            Self.alive
        } next: { [self] place in
            await next(units, after: place)
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

    /// - Parameter place: with the number of the last batch of the feed in it; 0 for none so far.
    private func next(_ units: UnitFilter, after place: NewsPlace) async -> Frame {
        do throws(APIError) {
            switch await frames.feed.news(after: place.sequence, seen: place.mark == 0 ? nil : place.mark) {
            case .behind:
                // In a task of its own, as answers are: what it takes goes with it.
                async let frame = caughtUp(units, after: place)
                return await frame
            case .failure(let error): throw error
            case .batches(let batches, let reached):
                guard let last = batches.last else {
                    return Frame(place: NewsPlace(sequence: reached, mark: place.mark))
                }
                let end = NewsPlace(sequence: reached, mark: last.number)
                let sight = await operations.sight()
                if batches.count == 1, sight.isWhole, units == .all {
                    return Frame(bytes: last.frame, place: end)
                }
                let changes = UnitBatch.changes(of: batches, in: units, for: sight)
                guard !changes.isEmpty else { return Frame(place: end) }
                return Frame(bytes: UnitBatch.frame(changes, at: reached), place: end)
            }
        } catch {
            return Self.failure(error)
        }
    }

    private static func failure(_ error: APIError) -> Frame {
        Frame(bytes: text("failure", ["error": error.wire]), place: nil)
    }

    private func caughtUp(_ units: UnitFilter, after place: NewsPlace) async -> Frame {
        do throws(APIError) { return try await catchUp(units, after: place) } catch { return Self.failure(error) }
    }

    /// One page of the journal, for one reader.
    private func catchUp(_ units: UnitFilter, after place: NewsPlace) async throws(APIError) -> Frame {
        let filter = EventFilter(units: units, start: .after(place.sequence), limit: UnitFeed.pageSize)
        let page = try await operations.events(filter)
        if page.events.count == filter.limit { return Self.frame("reset", at: try await newest()) }
        let touched = Set(page.events.compactMap(\.event.unit))
        let end = NewsPlace(sequence: page.next, mark: place.mark)
        guard !touched.isEmpty else { return Frame(place: end, isCatchingUp: true) }
        let status = try await operations.status(of: UnitFilter(patterns: touched.map { UnitPattern($0) }))
        let batch = UnitBatch(status.units, touched: touched, start: place.sequence, end: page.next)
        return Frame(bytes: batch.frame, place: end, isCatchingUp: true)
    }

    private func newest() async throws(APIError) -> UInt64 {
        try await operations.newest()
    }

    private static func frame(_ name: String, at position: UInt64) -> Frame {
        var bytes = ByteBuffer(string: "id: \(position)\n")
        bytes.writeImmutableBuffer(text(name, [:]))
        return Frame(bytes: bytes, place: NewsPlace(sequence: position), isCatchingUp: true)
    }

    private static func text(_ name: String, _ value: Value) -> ByteBuffer {
        ByteBuffer(string: "event: \(name)\ndata: \(String(decoding: JSON.write(value), as: UTF8.self))\n\n")
    }
}
