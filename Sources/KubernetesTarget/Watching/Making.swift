// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Model

/// How fast objects of one feed are made by us. Each comes back as an event that says nothing new, which takes a server
/// longer than to name it in a list: while many are made, a list now and then does.
struct Making: Sendable {
    /// With so many it is a flood: at once, or when ten a second have been made for a while, which come to 29.
    private static let flood = 30.0
    /// So long after the last one it is over.
    private static let lull: Duration = .milliseconds(300)
    /// How long news may wait: of objects that have yet to become well, and where all are well as soon as they are there.
    private static let rest: Duration = .seconds(4)
    private static let longRest: Duration = .seconds(10)

    /// The number of those lately made; each counts for half as much every two seconds.
    private var level = 0.0
    private var last: Moment?
    private var isSteady = true

    /// One was made.
    ///
    /// - Parameter isSteady: ``ObjectHealth/isSteady(_:)`` of it.
    mutating func note(isSteady: Bool, _ now: Moment) {
        level *= left(at: now)
        self.isSteady = isSteady && (self.isSteady || level < 1)
        level += 1
        last = now
    }

    /// How long news may wait; `nil` when each is to be heard of at once.
    func rest(_ now: Moment) -> Duration? {
        guard let last, level >= Self.flood, now.duration(since: last) <= Self.lull else { return nil }
        return isSteady ? Self.longRest : Self.rest
    }

    /// What is left at a moment of the level as it was, from 0 to 1.
    private func left(at now: Moment) -> Double {
        guard let last else { return 0 }
        let seconds = now.duration(since: last) / .seconds(1)
        return seconds <= 0 ? 1 : exp2(-seconds / 2)
    }
}
