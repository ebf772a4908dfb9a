// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

/// Reaches the engine: on a server, through the socket when a daemon owns the state folder, in this process otherwise.
struct EngineAccess {
    var request: EngineRequest
    /// Never through a daemon.
    var isOnce = false

    func with<Result: Sendable>(
        _ body: @escaping @Sendable (any Operations) async throws -> Result
    ) async throws -> Result {
        if let remote = request.remote {
            try refuseWhatAServerCannotTake(remote)
            return try await HTTPOperations.with(remote) { try await body($0) }
        }
        return try await Daemon.reach(ofState: request.state) { endpoint in
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

    private func refuseWhatAServerCannotTake(_ remote: RemoteEngine) throws(APIError) {
        guard isOnce || request.fleet != nil || request.trust != nil || !request.targets.isEmpty else { return }
        throw APIError(
            .invalid, "\(remote.server) serves its own fleet with its own engine",
            advice: "leave --once, --fleet, --trust and --target out, or say with --state which folder of this machine")
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
