// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Runs `body`, and cancels it when it takes longer than `limit`.
///
/// HTTP's own timeout ends with the head of the answer; this one covers the whole.
func withDeadline<Result: Sendable>(
    _ limit: Duration, of what: Text, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            throw APIError(
                .timedOut, Text("\(what) did not answer within \(limit.components.seconds) s"),
                advice: "it may still be at work: look with \"trimtab status\"")
        }
        return result
    }
}
