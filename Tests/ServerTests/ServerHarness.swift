// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Logging
import Manifest
import Model
import Server
import TestSupport

/// A server on a real socket, for as long as the closure runs.
func withServer<Result: Sendable>(
    _ operations: MemoryOperations = MemoryOperations(fleet: Sample.fleet), access: SocketAccess = .owner,
    reasonsNotReady: [Text] = [], heartbeat: Duration = .seconds(15),
    _ body: @escaping @Sendable (String) async throws -> Result
) async throws -> Result {
    try await withScratchFolder { folder in
        let socket = folder.path + "/trimtab.sock"
        let server = APIServer(
            on: .unixSocket(Text(socket), access),
            serving: APIServer.Site(
                operations: operations, metrics: { "trimtab_units 3\n" }, reasonsNotReady: { reasonsNotReady }),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, heartbeat: heartbeat)
        let (listening, continuation) = AsyncStream<Void>.makeStream()
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await server.run { _ in continuation.finish() }
                return nil
            }
            group.addTask {
                for await _ in listening {}
                return try await body(socket)
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw APIError(.failed, "the server ended before the test")
        }
    }
}
