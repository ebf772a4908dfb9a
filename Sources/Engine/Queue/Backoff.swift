// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// How long to wait after the n-th failure in a row: doubling, with a ceiling and a jitter.
package struct Backoff: Sendable, Hashable {
    package var first: Duration
    package var ceiling: Duration

    package init(first: Duration, ceiling: Duration) {
        self.first = first
        self.ceiling = ceiling
    }

    package static let unit = Backoff(first: .seconds(2), ceiling: .seconds(300))

    /// `jitter` lies in 0..<1 and spreads the result over 75 to 100 % of the delay.
    package func delay(afterFailures failures: Int, jitter: Double) -> Duration {
        guard failures > 0 else { return .zero }
        let doublings = min(failures - 1, 30)
        let delay = min(first * (1 << doublings), ceiling)
        return delay * (0.75 + 0.25 * min(max(jitter, 0), 1))
    }
}
