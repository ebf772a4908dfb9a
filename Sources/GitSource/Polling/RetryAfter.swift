// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// The `Retry-After` header of RFC 9110, section 10.2.3: seconds, or a date.
struct RetryAfter: Sendable, Hashable {
    /// Never more than an hour, whatever a server asks.
    let wait: Duration

    private static let ceiling = 3600

    init?(_ text: String) {
        // A date says nothing without the server's clock: then we wait as long as for any failure.
        guard let seconds = Int(text.trimmingPrefix(" ")), seconds >= 0 else { return nil }
        wait = .seconds(min(seconds, Self.ceiling))
    }
}
