// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Journal
import Manifest
import Model
import SignIn

/// The tokens of a state folder that no process owns. Changing them takes the folder's lock and writes into its journal.
struct FolderTokens: TokenOperations {
    let state: String
    let clocks: Clocks

    static func path(inState folder: String) -> String { folder + "/tokens.json" }

    func tokens() async throws(APIError) -> [TokenView] {
        try await with { desk throws(APIError) in try await desk.tokens() }
    }

    func createToken(_ request: TokenRequest, actor: Actor) async throws(APIError) -> IssuedToken {
        try await with { desk throws(APIError) in try await desk.createToken(request, actor: actor) }
    }

    func revokeToken(_ name: TokenName, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        try await with { desk throws(APIError) in try await desk.revokeToken(name, reason: reason, actor: actor) }
    }

    private func with<Result: Sendable>(
        _ body: (TokenDesk) async throws(APIError) -> Result
    ) async throws(APIError) -> Result {
        let lock = try StateLock(folder: state)
        defer { withExtendedLifetime(lock) {} }
        let journal: Journal
        do { journal = try await Journal.open(folder: state, clock: clocks.wall) } catch { throw APIError(error) }
        do throws(APIError) {
            let desk = try await TokenDesk.open(path: Self.path(inState: state), now: clocks.wall) { drafts in
                try await journal.append(drafts)
            }
            let result = try await body(desk)
            try? await journal.close()
            return result
        } catch {
            try? await journal.close()
            throw error
        }
    }
}
