// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import Synchronization

/// What is written while it is made: the journal as a file, and the news for pages that are open.
struct PageStreams: Sendable {
    let heartbeat: Duration
    let pause: Duration

    func export(_ request: PageRequest, _ operations: any Operations) -> PageAnswer {
        let search = ActivitySearch(ActivityQuery(request.query))
        let pieces = PageAnswer.Pieces(start: 0) { sequence in
            let lines = try await search.lines(after: sequence, operations)
            return (lines.events.flatMap { JSON.write($0.wire) + [UInt8(ascii: "\n")] }, lines.next)
        }
        return PageAnswer(type: "application/jsonl", pieces: pieces)
    }

    /// Nothing is queued: what came while a frame was written and paused over is in the next one.
    func live(_ request: PageRequest, _ operations: any Operations) async throws(APIError) -> PageAnswer {
        let pattern = request.text("unit").flatMap(UnitPattern.init(parsing:))
        let units = pattern.map { UnitFilter(patterns: [$0]) } ?? .all
        let newest = try await operations.newest()
        // A place that the journal has not reached is one of another journal.
        let start = min(request.lastEvent ?? request.number("after") ?? newest, newest)
        let mark: UInt64
        if let known = request.number("mark") {
            mark = known
        } else {
            mark = await operations.stirs(after: nil, wait: .zero).mark
        }
        let place = Mutex((mark: mark, isFirst: true))
        let pieces = PageAnswer.Pieces(start: start) { [heartbeat, pause] sequence in
            let (mark, isFirst) = place.withLock { $0 }
            if !isFirst { try? await Task.sleep(for: pause) }
            let filter = EventFilter(units: units, start: .after(sequence), limit: 1000, wait: heartbeat)
            var news = try await operations.news(filter, stirsAfter: mark)
            place.withLock { $0 = (news.stirs.mark, false) }
            if let pattern { news.stirs.units = news.stirs.units?.filter(pattern.matches) }
            let frame = LiveFrame(news.page, news.stirs)?.bytes
            return (frame ?? LiveFrame.heartbeat(news.page.next), news.page.next)
        }
        return PageAnswer(type: "text/event-stream", pieces: pieces)
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
