// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A moment of the monotonic clock: deadlines, back-off and ageing count with it. It means nothing after a restart.
package struct Moment: Sendable, Hashable, Comparable {
    /// Since an arbitrary start.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static let start = Moment(nanoseconds: 0)

    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates at the ends of the range.
    package func advanced(by duration: Duration) -> Moment {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return Moment(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    package func duration(since earlier: Moment) -> Duration {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return .nanoseconds(overflow ? (self < earlier ? .min : .max) : difference)
    }
}

/// Where the time comes from: the machine, or a test's hand.
package struct Clocks: Sendable {
    package var wall: @Sendable () -> Time
    package var monotonic: @Sendable () -> Moment
    /// Returns at the moment or later; throws when cancelled.
    package var sleep: @Sendable (_ until: Moment) async throws -> Void

    package init(
        wall: @escaping @Sendable () -> Time,
        monotonic: @escaping @Sendable () -> Moment,
        sleep: @escaping @Sendable (_ until: Moment) async throws -> Void
    ) {
        self.wall = wall
        self.monotonic = monotonic
        self.sleep = sleep
    }
}
