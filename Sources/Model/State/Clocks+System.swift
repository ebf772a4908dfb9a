// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

extension Clocks {
    /// The machine's clocks.
    package static let system = Clocks(
        wall: { Time(nanoseconds: read(CLOCK_REALTIME)) },
        monotonic: { Moment(nanoseconds: read(CLOCK_MONOTONIC)) },
        sleep: { until in
            let left = until.duration(since: Moment(nanoseconds: read(CLOCK_MONOTONIC)))
            if left > .zero { try await Task.sleep(for: left) } else { try Task.checkCancellation() }
        })

    private static func read(_ clock: clockid_t) -> Int64 {
        var spec = timespec()
        clock_gettime(clock, &spec)
        return Int64(spec.tv_sec) &* 1_000_000_000 &+ Int64(spec.tv_nsec)
    }
}
