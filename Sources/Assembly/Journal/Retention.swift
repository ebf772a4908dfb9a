// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// How long the payloads of events are kept. Who did what kind of thing, to which unit and when, is kept for ever.
struct Retention: Sendable, Hashable {
    /// At least so long; at most a tenth longer, because every erasure writes down all that it must not forget.
    var keep: Duration

    /// Payloads from before this moment go; `nil` when there is too little to erase.
    /// - Parameter oldest: when the oldest event that still has its payload was recorded.
    func cut(oldest: Time, now: Time) -> Time? {
        now.duration(since: oldest) > keep + keep / 10 ? now.advanced(by: .zero - keep) : nil
    }

    /// What time it is, for somebody who erases: a wall clock that jumped ahead must not make everything look old.
    /// - Parameters:
    ///   - started: what both clocks said when this process began.
    static func now(_ clocks: Clocks, since started: (wall: Time, monotonic: Moment)) -> Time {
        min(clocks.wall(), started.wall.advanced(by: clocks.monotonic().duration(since: started.monotonic)))
    }
}
