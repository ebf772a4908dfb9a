// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Waits until something is so. What does not come within its time ends the benchmark with words instead of for ever.
package func eventually(
    _ what: String, within limit: Duration, every pause: Duration = .milliseconds(50),
    _ isSo: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        guard .now < end else { throw Child.Failed(description: "not within \(limit): \(what)") }
        try await Task.sleep(for: pause)
    }
}
