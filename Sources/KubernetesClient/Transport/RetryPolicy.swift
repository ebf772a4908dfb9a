// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// When a request that failed is sent again, and after how long. Pure.
///
/// - What the server says that it did not do (429, and 503 with a time to come back) is sent again whatever it is.
/// - What certainly never left is, too.
/// - Otherwise only what may be carried out twice: a connection that broke, a 5xx, a time-out.
struct RetryPolicy: Sendable, Hashable {
    /// The first included.
    var attempts = 8
    var firstDelay: Duration = .milliseconds(50)
    var longestDelay: Duration = .seconds(5)

    /// How long to wait before the next attempt; `nil` when the failure is final.
    ///
    /// - Parameters:
    ///   - attempt: how many were made.
    ///   - left: until the request's deadline.
    ///   - chance: from 0 to 1, so that clients that failed together do not come back together.
    func delay(
        after error: KubernetesError, attempt: Int, isRepeatable: Bool, left: Duration, chance: Double
    ) -> Duration? {
        guard attempt < attempts, mayRepeat(error, isRepeatable: isRepeatable) else { return nil }
        let doubled = firstDelay * (1 << min(attempt - 1, 16))
        let backoff = min(doubled, longestDelay) * (0.5 + min(max(chance, 0), 1) / 2)
        let delay = max(error.retryAfter ?? .zero, backoff)
        return delay < left ? delay : nil
    }

    private func mayRepeat(_ error: KubernetesError, isRepeatable: Bool) -> Bool {
        switch error.code {
        case .tooManyRequests: true
        case .unavailable: isRepeatable || error.retryAfter != nil
        case .serverError, .timedOut, .unreachable: isRepeatable || error.wasNotSent
        default: false
        }
    }
}
