// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Synchronization

/// Those who sleep until a moment. Whoever is cancelled leaves nothing behind.
///
/// The runtime's own sleep leaves a task and a timer until its moment though it was cancelled: five hundred streams that
/// wait fifteen seconds for news and are told of some ten times a second would leave tens of thousands of them (measured:
/// a ninth of what a daemon with 50,000 units held). Here a few of the runtime's sleeps serve all, and none is cancelled.
package final class Sleepers: Sendable {
    private struct State: Sendable {
        var sleeping: [UInt64: (until: Moment, wake: CheckedContinuation<Void, any Error>)] = [:]
        var next: UInt64 = 0
        /// When the runtime's sleeps end that are under way.
        var alarms: Set<Moment> = []

        /// The moment until which another one is to begin; `nil` when one ends by then.
        mutating func alarm(at moment: Moment?) -> Moment? {
            guard let moment, !alarms.contains(where: { $0 <= moment }) else { return nil }
            alarms.insert(moment)
            return moment
        }
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Moment
    private let rest: @Sendable (Duration) async -> Void

    /// - Parameter rest: Returns after so long; is never cancelled.
    package init(now: @escaping @Sendable () -> Moment, rest: @escaping @Sendable (Duration) async -> Void) {
        self.now = now
        self.rest = rest
    }

    /// How many there are, for tests.
    package var count: Int { state.withLock { $0.sleeping.count } }
    /// How many of the runtime's sleeps serve them, for tests.
    package var alarms: Int { state.withLock { $0.alarms.count } }

    /// Returns at the moment or later; throws when cancelled.
    package func sleep(until moment: Moment) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // Asked under the lock: who is cancelled later finds it in the table.
                let (isCancelled, alarm): (Bool, Moment?) = state.withLock { state in
                    guard !Task.isCancelled else { return (true, nil) }
                    state.sleeping[number] = (moment, continuation)
                    return (false, state.alarm(at: moment))
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
                if let alarm { ring(at: alarm) }
            }
        } onCancel: {
            let wake = state.withLock { $0.sleeping.removeValue(forKey: number)?.wake }
            wake?.resume(throwing: CancellationError())
        }
    }

    /// Belongs to nobody, as it serves whoever sleeps by then.
    private func ring(at moment: Moment) {
        Task.detached { [self] in
            let left = moment.duration(since: now())
            if left > .zero { await rest(left) }
            let (due, alarm) = state.withLock { state in
                state.alarms.remove(moment)
                let now = now()
                let due = state.sleeping.filter { $0.value.until <= now }
                for number in due.keys { state.sleeping[number] = nil }
                return (due.values.map(\.wake), state.alarm(at: state.sleeping.values.map(\.until).min()))
            }
            for wake in due { wake.resume() }
            if let alarm { ring(at: alarm) }
        }
    }
}
