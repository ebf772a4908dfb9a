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
        try await place.reach {
            try await body($0)
        } inProcess: { state, answer in
            try await Environment.current.parts.withTokens(state) { await answer.give(try await body($0)) }
        }
    }
}
