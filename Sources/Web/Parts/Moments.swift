// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Times, as of the moment at which a page is made. Without a script they are in UTC; the script knows the reader's zone.
struct Moments: Sendable {
    let now: Time

    /// `3 min ago`; the exact time is in its title.
    func ago(_ time: Time) -> HTML {
        H.time(.dateTime(Text(time.description)), .dataForm("ago"), .title(Text(Self.inUTC(time)))) {
            Self.relative(time, now: now)
        }
    }

    /// `27 Nov 2026, 09:30:12 UTC`
    func moment(_ time: Time) -> HTML {
        H.time(.dateTime(Text(time.description)), .dataForm("moment")) { Self.inUTC(time) }
    }

    /// `27 Nov 2026, 09:30:12 UTC`
    static func inUTC(_ time: Time) -> String {
        let text = time.description
        let (day, clock) = (text.prefix(10), text.dropFirst(11).prefix(8))
        let parts = day.split(separator: "-")
        guard parts.count == 3, let month = Int(parts[1]), names.indices.contains(month - 1) else { return text }
        return "\(Int(parts[2]) ?? 0) \(names[month - 1]) \(parts[0]), \(clock) UTC"
    }

    private static let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func relative(_ time: Time, now: Time) -> String {
        let duration = now.duration(since: time)
        if duration < .zero { return "in " + length(.zero - duration) }
        return duration < .seconds(1) ? "just now" : length(duration) + " ago"
    }

    /// In the largest unit that fits: `300 ms`, `42 s`, `5 min`, `3 h`, `2 d`.
    static func length(_ duration: Duration) -> String {
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
