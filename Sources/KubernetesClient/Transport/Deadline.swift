// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Runs `body`, and cancels it when it takes longer than `limit`.
///
/// HTTP's own time-out ends with the head of the answer; this one covers the whole.
func withDeadline<Result: Sendable>(
    _ limit: Duration, of subject: Text, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit, clock: .continuous)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            throw KubernetesError.timedOut(subject, after: limit)
        }
        return result
    }
}
