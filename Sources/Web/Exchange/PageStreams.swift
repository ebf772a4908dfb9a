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
        let pattern = request.text("unit").flatMap(UnitPattern.init(parsing:))
        let units = pattern.map { UnitFilter(patterns: [$0]) } ?? .all
        let newest = try await operations.newest()
        // A place that the journal has not reached is one of another journal.
        let sequence = min(request.lastEvent ?? request.number("after") ?? newest, newest)
        let mark: UInt64
        if let known = request.number("mark") {
            mark = known
        } else {
            mark = await operations.stirs(after: nil, wait: .zero).mark
        }
        let start = NewsPlace(sequence: sequence, mark: mark)
        let news = PageAnswer.News(start: start, isOfAll: units == .all) { operations, place in
            let filter = EventFilter(units: units, start: .after(place.sequence), limit: 1000)
            var news = try await operations.news(filter, stirsAfter: place.mark)
            if let pattern { news.stirs.units = news.stirs.units?.filter(pattern.matches) }
            let bytes = LiveFrame(news.page, news.stirs)?.bytes ?? []
            return (bytes, NewsPlace(sequence: news.page.next, mark: news.stirs.mark))
        } alive: {
            LiveFrame.heartbeat($0)
        }
        return PageAnswer(type: "text/event-stream", news: news)
    }
}

extension PageContent {
    /// With where its news begin, so that nothing is missed that happens while it is on its way.
    func followed(from place: (sequence: UInt64, mark: UInt64)) -> PageContent {
        var content = self
        content.live = live?.with("after", Text("\(place.sequence)")).with("mark", Text("\(place.mark)"))
        return content
    }
}

extension PageRequest {
    fileprivate func number(_ key: Text) -> UInt64? { text(key).flatMap { UInt64($0.string) } }
}
