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
        switch place {
        case .server(let engine):
            return try await HTTPOperations.with(engine) { try await body($0) }
        case .state(let state):
            return try await Daemon.reach(ofState: state) { endpoint in
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
}
