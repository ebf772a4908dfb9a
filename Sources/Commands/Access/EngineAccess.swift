// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

/// Reaches the engine: through the socket when a daemon owns the state folder, in this process otherwise.
struct EngineAccess {
    var request: EngineRequest
    /// Never through a daemon.
    var isOnce = false

    func with<Result: Sendable>(
        _ body: @escaping @Sendable (any Operations) async throws -> Result
    ) async throws -> Result {
        try await Daemon.reach(ofState: request.state) { endpoint in
            try refuseWhatADaemonCannotTake()
            return try await HTTPOperations.with(endpoint) { try await body($0) }
        } inProcess: {
            let answer = Answer<Result>()
            try await Environment.current.parts.withEngine(request) { engine in
                await answer.give(try await body(engine))
            }
            return try await answer.get()
        }
    }

    private func refuseWhatADaemonCannotTake() throws(APIError) {
        if isOnce {
            throw APIError(
                .locked, "\(request.state): a daemon works on this state folder",
                advice: "leave --once out to let it do the sync, or give another --state")
        }
        if let fleet = request.fleet {
            throw APIError(
                .locked, "\(request.state): a daemon works on this state folder, and serves its own fleet",
                advice: "leave --fleet out, or look at \(fleet) with another --state")
        }
    }
}
