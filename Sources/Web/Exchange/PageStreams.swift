// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// What is written while it is made: the journal as a file, and the news for pages that are open.
struct PageStreams: Sendable {
    func export(_ request: PageRequest, _ operations: any Operations) -> PageAnswer {
        let search = ActivitySearch(ActivityQuery(request.query))
        let pieces = PageAnswer.Pieces(start: 0) { sequence in
            let lines = try await search.lines(after: sequence, operations)
            return (lines.events.flatMap { JSON.write($0.wire) + [UInt8(ascii: "\n")] }, lines.next)
        }
        return PageAnswer(type: "application/jsonl", pieces: pieces)
    }

    /// Nothing is queued: what came since the last frame is in the next one.
    func live(_ request: PageRequest, _ operations: any Operations) async throws(APIError) -> PageAnswer {
        let units = request.text("unit").flatMap(UnitPattern.init(parsing:)).map { UnitFilter(patterns: [$0]) } ?? .all
        let start: UInt64
        if let last = request.lastEvent {
            start = last
        } else {
            start = try await operations.events(EventFilter(limit: 1)).next
        }
        let news = PageAnswer.News(start: start, isOfAll: units == .all) { operations, sequence in
            let page = try await operations.events(EventFilter(units: units, start: .after(sequence), limit: 1000))
            return (LiveFrame(page)?.bytes ?? [], page.next)
        } alive: {
            LiveFrame.heartbeat($0)
        }
        return PageAnswer(type: "text/event-stream", news: news)
    }
}
