// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

/// Reaches the journal of a state folder: through the socket when a daemon owns the folder, in this process otherwise.
struct JournalAccess {
    var state: Text

    func with<Result: Sendable>(
        _ body: @escaping @Sendable (any JournalOperations) async throws -> Result
    ) async throws -> Result {
        try await Daemon.reach(ofState: state) { endpoint in
            try await HTTPOperations.with(endpoint) { try await body($0) }
        } inProcess: {
            let answer = Answer<Result>()
            try await Environment.current.parts.withJournal(state) { journal in
                await answer.give(try await body(journal))
            }
            return try await answer.get()
        }
    }
}
