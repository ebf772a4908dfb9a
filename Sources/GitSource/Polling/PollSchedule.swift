// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// When a server is asked next: a pure value, so that its rules are tested without waiting.
package struct PollSchedule: Sendable, Hashable {
    package private(set) var next: Moment?
    package private(set) var failures = 0

    package init() {}

    /// The longest time between two looks at a server that fails, unless it asks for more or the interval is longer.
    static let ceiling = Duration.seconds(900)

    package func isDue(at now: Moment) -> Bool { next.map { $0 <= now } ?? true }

    /// - Parameter jitter: between 0 and 1; spreads agents that started together over a tenth of the interval.
    package mutating func succeeded(at now: Moment, every interval: Duration, jitter: Double) {
        failures = 0
        next = now.advanced(by: interval * (0.95 + 0.1 * jitter))
    }

    /// Twice as long after each failure; never sooner than the server asked.
    package mutating func failed(at now: Moment, every interval: Duration, retryAfter: Duration?, jitter: Double) {
        failures = min(failures + 1, 20)
        let base = max(interval, .seconds(2))
        let doubled = base * Double(1 << min(failures - 1, 10))
        let wait = min(doubled, max(interval, Self.ceiling)) * (0.9 + 0.2 * jitter)
        next = now.advanced(by: max(wait, retryAfter ?? .zero))
    }
}
