// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

extension Clocks {
    /// The machine's clocks.
    package static let system: Clocks = {
        let monotonic = { @Sendable in Moment(nanoseconds: read(CLOCK_MONOTONIC)) }
        let sleepers = Sleepers(now: monotonic) { try? await Task.sleep(for: $0) }
        return Clocks(
            wall: { Time(nanoseconds: read(CLOCK_REALTIME)) }, monotonic: monotonic,
            sleep: { until in
                if monotonic() < until { try await sleepers.sleep(until: until) } else { try Task.checkCancellation() }
            })
    }()

    private static func read(_ clock: clockid_t) -> Int64 {
        var spec = timespec()
        clock_gettime(clock, &spec)
        return Int64(spec.tv_sec) &* 1_000_000_000 &+ Int64(spec.tv_nsec)
    }
}
