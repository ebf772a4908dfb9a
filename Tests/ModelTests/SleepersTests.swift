// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import Synchronization
import Testing

/// Those who sleep until a moment.
@Suite struct SleepersTests {
    /// A runtime whose time is told by hand: whoever rests is let go by ``turn(to:)``.
    private final class Hand: Sendable {
        private struct State: Sendable {
            var now = Moment.start
            var resting: [(until: Moment, wake: CheckedContinuation<Void, Never>)] = []
            var rests = 0
        }

        private let state = Mutex(State())

        var now: Moment { state.withLock { $0.now } }
        var rests: Int { state.withLock { $0.rests } }
        var resting: Int { state.withLock { $0.resting.count } }

        func rest(_ duration: Duration) async {
            await withCheckedContinuation { wake in
                state.withLock { state in
                    state.rests += 1
                    state.resting.append((state.now.advanced(by: duration), wake))
                }
            }
        }

        func turn(to seconds: Int) {
            let due = state.withLock { state in
                state.now = SleepersTests.moment(seconds)
                let due = state.resting.filter { $0.until <= state.now }
                state.resting.removeAll { $0.until <= state.now }
                return due
            }
            for rest in due { rest.wake.resume() }
        }
    }

    private let hand = Hand()
    private let sleepers: Sleepers

    init() { sleepers = Sleepers(now: { [hand] in hand.now }, rest: { [hand] in await hand.rest($0) }) }

    private static func moment(_ seconds: Int) -> Moment { .start.advanced(by: .seconds(seconds)) }

    private func until(_ isSo: () -> Bool) async {
        while !isSo() { await Task.yield() }
    }

    @Test func `each is woken at its moment and not before`() async throws {
        let woken = try await withThrowingTaskGroup(of: Int.self) { group in
            for seconds in [30, 10, 20] {
                group.addTask { [sleepers] in
                    try await sleepers.sleep(until: Self.moment(seconds))
                    return seconds
                }
            }
            await until { sleepers.count == 3 && hand.resting == sleepers.alarms }
            var woken: [Int] = []
            for seconds in [10, 20, 30] {
                await until { hand.resting == sleepers.alarms }
                hand.turn(to: seconds)
                if let next = try await group.next() { woken.append(next) }
                #expect(sleepers.count == 3 - woken.count)
            }
            return woken
        }
        #expect(woken == [10, 20, 30])
    }

    @Test func `who is cancelled leaves nothing, however often`() async {
        for number in 0..<1000 {
            let task = Task { [sleepers] in try await sleepers.sleep(until: Self.moment(100 + number)) }
            if number.isMultiple(of: 2) { await until { sleepers.count == 1 } }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(sleepers.count == 0)
        await until { hand.rests == sleepers.alarms }
        #expect(sleepers.alarms == 1, "one sleep of the runtime serves all")
        // It ends, finds nobody, and none follows it.
        hand.turn(to: 2000)
        await until { sleepers.alarms == 0 }
        #expect(hand.rests == 1)
    }

    @Test func `the machine's clocks wake whoever sleeps`() async throws {
        let clocks = Clocks.system
        let moment = clocks.monotonic().advanced(by: .milliseconds(20))
        try await clocks.sleep(moment)
        #expect(clocks.monotonic() >= moment)
    }
}
