// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient

/// Writes that go by a look at the object, which others write too.
enum Written {
    /// A controller writes what it sees of a new object some times within a moment.
    static let attempts = 5

    /// Looks and writes again where somebody wrote the object between the look and the write: what is there now decides.
    ///
    /// - Parameter lookAndWrite: looks anew each time. A conflict of ownership is its answer, however often it is asked.
    static func meanwhile<Answer: Sendable>(
        _ lookAndWrite: () async throws(KubernetesError) -> Answer
    ) async throws(KubernetesError) -> Answer {
        for _ in 1..<attempts {
            do throws(KubernetesError) { return try await lookAndWrite() } catch {
                guard error.code == .conflict, error.ownershipConflicts.isEmpty, !Task.isCancelled else { throw error }
            }
        }
        return try await lookAndWrite()
    }
}
