// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

/// What one subject of a benchmark took, in processor time: on a machine that others use too, that is what it would
/// take alone. All subjects run on one thread.
package struct Timing: Sendable {
    package var name: String
    /// Of the runs, the middle one and the fastest.
    package var median: Duration
    package var best: Duration

    /// Runs the body once to warm up, then for about the given time and at least five times.
    package init(_ name: String, for time: Duration = .seconds(2), _ body: () throws -> Void) rethrows {
        try body()
        var runs: [Duration] = []
        var total = Duration.zero
        while total < time || runs.count < 5 {
            let start = Self.processorTime()
            try body()
            runs.append(Self.processorTime() - start)
            total += runs[runs.count - 1]
        }
        runs.sort()
        self.name = name
        median = runs[runs.count / 2]
        best = runs[0]
    }

    /// Millions of bytes in a second, by the median.
    package func megabytesPerSecond(_ bytes: Int) -> Double {
        Double(bytes) / 1e6 / (median / .seconds(1))
    }

    /// One line of `name`, median and best in nanoseconds, between tabs: how one process tells another.
    package var line: String {
        "\(name)\t\(Int64(median / .nanoseconds(1)))\t\(Int64(best / .nanoseconds(1)))"
    }

    package init?(line: some StringProtocol) {
        let parts = line.split(separator: "\t")
        guard parts.count == 3, let median = Int64(parts[1]), let best = Int64(parts[2]) else { return nil }
        name = String(parts[0])
        self.median = .nanoseconds(median)
        self.best = .nanoseconds(best)
    }

    private static func processorTime() -> Duration {
        // CLOCK_PROCESS_CPUTIME_ID in microseconds.
        .microseconds(clock())
    }
}
