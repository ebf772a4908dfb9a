// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import Synchronization

/// A clock that goes on by a second whenever somebody looks.
final class TickingClock: Sendable {
    private let seconds = Mutex<Int64>(0)

    func tick() -> Time {
        seconds.withLock { seconds in
            seconds += 1
            return Time(nanoseconds: seconds * 1_000_000_000)
        }
    }
}
