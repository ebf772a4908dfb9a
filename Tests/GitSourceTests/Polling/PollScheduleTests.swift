// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Model
import Testing

@Suite struct PollScheduleTests {
    private let start = Moment.start

    @Test func `Success waits for the interval, give or take a twentieth`() throws {
        var schedule = PollSchedule()
        #expect(schedule.isDue(at: start))
        schedule.succeeded(at: start, every: .seconds(60), jitter: 0)
        #expect(try #require(schedule.next) == start.advanced(by: .seconds(57)))
        schedule.succeeded(at: start, every: .seconds(60), jitter: 1)
        #expect(try #require(schedule.next) == start.advanced(by: .seconds(63)))
        #expect(!schedule.isDue(at: start.advanced(by: .seconds(62))))
        #expect(schedule.isDue(at: start.advanced(by: .seconds(63))))
    }

    @Test func `Failures double the wait up to a quarter of an hour`() throws {
        var schedule = PollSchedule()
        var waits: [Duration] = []
        for _ in 0..<8 {
            schedule.failed(at: start, every: .seconds(60), retryAfter: nil, jitter: 0.5)
            waits.append(try #require(schedule.next).duration(since: start))
        }
        #expect(waits.map { Int($0.components.seconds) } == [60, 120, 240, 480, 900, 900, 900, 900])
        schedule.succeeded(at: start, every: .seconds(60), jitter: 0.5)
        #expect(schedule.failures == 0)
    }

    @Test func `A long interval is not shortened, and a server's wish is granted`() throws {
        var schedule = PollSchedule()
        schedule.failed(at: start, every: .seconds(7200), retryAfter: nil, jitter: 0.5)
        #expect(try #require(schedule.next) == start.advanced(by: .seconds(7200)))
        schedule.failed(at: start, every: .seconds(60), retryAfter: .seconds(3600), jitter: 0.5)
        #expect(try #require(schedule.next) == start.advanced(by: .seconds(3600)))
    }
}
