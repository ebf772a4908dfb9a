// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest

/// Finds the daemon of a state folder.
enum Daemon {
    private static let pause = Duration.milliseconds(50)

    /// Asks the daemon of a state folder, or does it in this process where there is none.
    static func reach<Result: Sendable>(
        ofState state: Text, daemon: (Endpoint) async throws -> Result, inProcess: () async throws -> Result
    ) async throws -> Result {
        let endpoint = Endpoint.daemon(ofState: state)
        let deadline = ContinuousClock.now.advanced(by: Environment.current.patience)
        while true {
            if answers(at: Text(endpoint.description)) { return try await daemon(endpoint) }
            do {
                return try await inProcess()
            } catch let error as APIError where error.code == .locked && ContinuousClock.now < deadline {
                // A daemon that is starting, or a short command that is about to end.
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Whether something accepts connections there. Does not start any of the HTTP client's machinery, so that
    /// commands that need no daemon stay fast.
    static func answers(at socket: Text) -> Bool {
        var address = sockaddr_un()
        let path = Array(socket.utf8)
        guard path.count <= Endpoint.longestSocketPath else { return false }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}

extension ReachOptions.Place {
    /// Asks a server, the daemon of a state folder, or does it in this process where there is none.
    ///
    /// - Parameter inProcess: gives its result to the answer.
    func reach<Result: Sendable>(
        _ remote: @escaping @Sendable (HTTPOperations) async throws -> Result,
        inProcess: (_ state: Text, Answer<Result>) async throws -> Void
    ) async throws -> Result {
        switch self {
        case .server(let engine): return try await HTTPOperations.with(engine, remote)
        case .state(let state):
            return try await Daemon.reach(ofState: state) { endpoint in
                try await HTTPOperations.with(endpoint, remote)
            } inProcess: {
                let answer = Answer<Result>()
                try await inProcess(state, answer)
                return try await answer.get()
            }
        }
    }
}

/// Carries a result out of a closure that returns none.
actor Answer<Result: Sendable> {
    private var result: Result?

    func give(_ result: Result) { self.result = result }

    func get() throws(APIError) -> Result {
        guard let result else { throw APIError(.failed, "the engine ended without an answer") }
        return result
    }
}
