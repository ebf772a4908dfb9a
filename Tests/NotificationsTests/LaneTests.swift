// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Notifications
import Testing

/// How far a notification was told, whatever happens in between.
@Suite struct LaneTests {
    private let slack = Receiver.Form.slack

    @Test func `what matches nothing is passed`() {
        var lane = Lane(position: 3)
        #expect(lane.next([], readThrough: 9, slack) == .move)
        #expect(lane.position == 9 && lane.through == nil)
    }

    @Test func `a message is told until it is told, and then the next`() {
        var lane = Lane(position: 0)
        let waiting = [News.message(2), News.message(5)]
        #expect(lane.next(waiting, readThrough: 9, slack) == .tell([waiting[0]]))
        #expect(lane.position == 0 && lane.through == 2)
        _ = lane.failed(asked: nil, jitter: 0)
        #expect(lane.next(waiting, readThrough: 9, slack) == .tell([waiting[0]]))
        lane.ended()
        #expect(lane.position == 2 && lane.failures == 0)
        #expect(lane.next([waiting[1]], readThrough: 9, slack) == .tell([waiting[1]]))
        lane.ended()
        #expect(lane.next([], readThrough: 9, slack) == .move)
        #expect(lane.position == 9)
    }

    @Test func `many are one digest, which stays the same until it is told`() throws {
        var lane = Lane(position: 0)
        let first = (1...4).map { News.message($0) }
        #expect(lane.next(first, readThrough: 4, slack) == .tell(first))
        // The process is killed here; more has come when it starts again.
        var again = try #require(Lane(value: try JSON.read(JSON.write(lane.value))))
        let more = (1...40).map { News.message($0) }
        #expect(again.next(more, readThrough: 40, slack) == .tell(first))
        again.ended()
        #expect(again.position == 4)
        #expect(again.next(Array(more.dropFirst(4)), readThrough: 40, slack) == .tell(Array(more.dropFirst(4))))
    }

    @Test func `a digest has a limit, and forms without one get one by one`() {
        var lane = Lane(position: 0)
        let many = (1...250).map { News.message($0) }
        #expect(lane.next(many, readThrough: 250, slack) == .tell(Array(many.prefix(100))))
        for form in [Receiver.Form.cloudEvents(.binary), .statuses(.github)] {
            var lane = Lane(position: 0)
            #expect(lane.next(many, readThrough: 250, form) == .tell([many[0]]))
        }
    }

    @Test func `what nobody wants any more is passed, and a shorter journal is followed from its end`() throws {
        var lane = Lane(position: 0)
        _ = lane.next([News.message(2)], readThrough: 9, slack)
        #expect(lane.next([], readThrough: 9, slack) == .move)
        #expect(lane.position == 2 && lane.through == nil)
        lane.clamp(to: 1)
        #expect(lane.position == 1)
        #expect(Lane(value: [:]) == nil && Lane(value: ["position": -1]) == nil)
    }

    @Test func `what happened long ago is tried for a day all the same, restarts included`() throws {
        let now = News.start.advanced(by: .seconds(40 * 86_400))
        var lane = Lane(position: 0)
        #expect(!lane.isHopeless(at: now))
        _ = lane.next([News.message(2)], readThrough: 9, slack)
        lane.tries(at: now)
        _ = lane.failed(asked: nil, jitter: 0)
        #expect(!lane.isHopeless(at: now.advanced(by: .seconds(86_400))))
        var again = try #require(Lane(value: try JSON.read(JSON.write(lane.value))))
        again.tries(at: now.advanced(by: .seconds(80_000)))
        #expect(!again.isHopeless(at: now.advanced(by: .seconds(86_400))))
        #expect(again.isHopeless(at: now.advanced(by: .seconds(86_401))))
        again.ended()
        #expect(!again.isHopeless(at: now.advanced(by: .seconds(86_401))), "the next is another")
    }

    @Test func `events of a later version are passed, where nothing is left behind them`() {
        let events = [News.drifted(3), News.drifted(5)]
        #expect(Lane.reach(of: events, page: 2, newest: 9) == 5, "there may be more")
        #expect(Lane.reach(of: events, page: 500, newest: 9) == 9)
        #expect(Lane.reach(of: [], page: 500, newest: 9) == 9)
        var lane = Lane(position: 5)
        #expect(lane.next([], readThrough: Lane.reach(of: [], page: 500, newest: 9), slack) == .move)
        #expect(lane.position == 9)
    }

    @Test func `tries come less often, and not before the receiver says`() {
        let waits = (1...20).map { Patience.wait(after: $0, asked: nil, jitter: 0.5) }
        #expect(waits.first == .seconds(1) && waits.last == .seconds(600))
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(Patience.wait(after: 1, asked: .seconds(90), jitter: 0) == .seconds(90))
        #expect(Patience.wait(after: 1, asked: .seconds(10_000_000), jitter: 0) == .seconds(6 * 3600))
    }

    @Test func `answers are told apart`() {
        for status in [200, 201, 202, 204] { #expect(Delivery(status: status, retryAfter: nil) == .done) }
        for status in [401, 403, 408, 429, 500, 502, 503] {
            guard case .later(_, let after) = Delivery(status: status, retryAfter: .seconds(7)) else {
                Issue.record("\(status)")
                continue
            }
            #expect(after == .seconds(7))
        }
        for status in [301, 302, 400, 404, 410, 413, 422] {
            guard case .refused = Delivery(status: status, retryAfter: nil) else {
                Issue.record("\(status)")
                continue
            }
        }
    }
}
