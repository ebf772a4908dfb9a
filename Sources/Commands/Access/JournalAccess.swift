// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

/// Reaches a journal: on a server, through the socket when a daemon owns the state folder, in this process otherwise.
struct JournalAccess {
    var place: ReachOptions.Place

    func with<Result: Sendable>(
        _ body: @escaping @Sendable (any JournalOperations) async throws -> Result
    ) async throws -> Result {
        try await place.reach {
            try await body($0)
        } inProcess: { state, answer in
            try await Environment.current.parts.withJournal(state) { await answer.give(try await body($0)) }
        }
    }
}
