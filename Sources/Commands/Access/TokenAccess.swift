// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

/// Reaches tokens: on a server, through the socket of a daemon, or in this process where a state folder is nobody's.
struct TokenAccess {
    var place: ReachOptions.Place

    func with<Result: Sendable>(
        _ body: @escaping @Sendable (any TokenOperations) async throws -> Result
    ) async throws -> Result {
        switch place {
        case .server(let engine):
            return try await HTTPOperations.with(engine) { try await body($0) }
        case .state(let state):
            return try await Daemon.reach(ofState: state) { endpoint in
                try await HTTPOperations.with(endpoint) { try await body($0) }
            } inProcess: {
                let answer = Answer<Result>()
                try await Environment.current.parts.withTokens(state) { tokens in
                    await answer.give(try await body(tokens))
                }
                return try await answer.get()
            }
        }
    }
}
