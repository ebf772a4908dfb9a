// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

/// Reaches the engine: through the socket when a daemon owns the state folder, in this process otherwise.
struct EngineAccess {
    var request: EngineRequest
    /// Never through a daemon.
    var isOnce = false

    private static let pause = Duration.milliseconds(50)

    func with<Result: Sendable>(
        _ body: @escaping @Sendable (any Operations) async throws -> Result
    ) async throws -> Result {
        let endpoint = Endpoint.daemon(ofState: request.state)
        let deadline = ContinuousClock.now.advanced(by: Environment.current.patience)
        while true {
            if Daemon.answers(at: Text(endpoint.description)) {
                try refuseWhatADaemonCannotTake()
                return try await HTTPOperations.with(endpoint) { try await body($0) }
            }
            do {
                return try await inProcess(body)
            } catch let error as APIError where error.code == .locked && ContinuousClock.now < deadline {
                // A daemon that is starting, or a short command that is about to end.
                try await Task.sleep(for: Self.pause)
            }
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

    private func inProcess<Result: Sendable>(
        _ body: @escaping @Sendable (any Operations) async throws -> Result
    ) async throws -> Result {
        let answer = Answer<Result>()
        try await Environment.current.parts.withEngine(request) { engine in
            await answer.give(try await body(engine))
        }
        guard let result = await answer.result else {
            throw APIError(.failed, "the engine ended without an answer")
        }
        return result
    }
}

/// Carries a result out of a closure that returns none.
private actor Answer<Result: Sendable> {
    private(set) var result: Result?

    func give(_ result: Result) { self.result = result }
}
