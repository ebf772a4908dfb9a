// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// Times as people say them.
package enum Relative {
    /// `just now`, `5 min ago`, `in 2 h`
    package static func time(_ time: Time, now: Time) -> String {
        let duration = now.duration(since: time)
        if duration >= .zero { return duration < .seconds(1) ? "just now" : length(duration) + " ago" }
        return "in " + length(.zero - duration)
    }

    /// In the largest unit that fits: `300 ms`, `42 s`, `5 min`, `3 h`, `2 d`.
    package static func length(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        switch seconds {
        case ..<1: return "\(duration.nanoseconds / 1_000_000) ms"
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86_400) d"
        }
    }
}
