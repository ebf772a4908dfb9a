// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Logging
import Manifest
import Model
import Server
import Synchronization
import TestSupport
import Testing

/// Commands beside a daemon on the same state folder.
@Suite struct DaemonTests {
    /// Serves the twin on the socket of a state folder while `body` runs.
    private func withDaemon(
        _ twin: MemoryOperations, in folder: URL, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let state = folder.appending(path: "state")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        let server = APIServer(
            on: .unixSocket(Text(Endpoint.daemon(ofState: Text(state.path)).description)),
            serving: APIServer.Site(operations: twin, metrics: { "" }, reasonsNotReady: { [] }),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (listening, continuation) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { _ in continuation.finish() } }
            for await _ in listening {}
            try await body()
            group.cancelAll()
        }
    }

    @Test func `commands go through its socket`() async throws {
        let twin = Sample.engine
        try await withScratchFolder { folder in
            let path = folder.path
            try await withDaemon(twin, in: folder) {
                let capture = Capture()
                var environment = capture.environment(twin, folder: path)
                environment.parts.withEngine = { _, _ in throw APIError(.failed, "not in this process") }
                #expect(await Invocation.run(["pause", "web@dev"], in: environment) == .success)
                #expect(await Invocation.run(["status", "web@dev"], in: environment) == .success)
                #expect(capture.output.contains("Paused"))
            }
        }
        #expect(await twin.acts.map(\.event.actor) == [UserName.current])
    }

    @Test(arguments: [["sync", "--once"], ["plan", "--fleet", "x"]])
    func `what it cannot take over is refused with advice`(command: [String]) async throws {
        let twin = Sample.engine
        try await withScratchFolder { folder in
            let path = folder.path
            try await withDaemon(twin, in: folder) {
                let environment = Capture().environment(twin, folder: path)
                #expect(await Invocation.run(command, in: environment) == .unavailable)
            }
        }
        #expect(await twin.acts.isEmpty)
    }

    @Test func `a daemon that is just starting is waited for`() async throws {
        let twin = Sample.engine
        try await withScratchFolder { folder in
            let tries = Mutex(0)
            var environment = Capture().environment(twin, folder: folder.path)
            environment.patience = .seconds(600)
            environment.parts.withEngine = { _, body in
                let isLocked = tries.withLock { tries in
                    tries += 1
                    return tries < 3
                }
                if isLocked { throw APIError(.locked, "in use") }
                try await body(twin)
            }
            #expect(await Invocation.run(["status"], in: environment) == .success)
            #expect(tries.withLock(\.self) == 3)
        }
    }

    @Test func `following goes on with what happens next`() async throws {
        let twin = Sample.engine
        try await withScratchFolder { folder in
            let capture = Capture()
            let environment = capture.environment(twin, folder: folder.path)
            await twin.append(.fleetRead, summary: "first")
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await Invocation.run(["log", "--follow"], in: environment) }
                while await twin.waiters == 0 { await Task.yield() }
                await twin.append(.fleetRead, summary: "second")
                while !capture.output.contains("second") { await Task.yield() }
                group.cancelAll()
            }
            #expect(capture.output.split(separator: "\n").count == 2)
        }
    }

    @Test func `watching shows the new state when something happens`() async throws {
        let twin = Sample.engine
        try await withScratchFolder { folder in
            let capture = Capture()
            let environment = capture.environment(twin, folder: folder.path)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await Invocation.run(["status", "web@dev", "--watch"], in: environment) }
                while await twin.waiters == 0 { await Task.yield() }
                #expect(!capture.output.contains("Paused"))
                _ = try? await twin.pause(.all, until: Sample.now, reason: "", actor: .trimtab)
                while !capture.output.contains("Paused") { await Task.yield() }
                group.cancelAll()
            }
        }
    }

    @Test func `progress of a sync is shown on a terminal`() async throws {
        let twin = Sample.engine
        try await withScratchFolder { folder in
            let capture = Capture()
            var environment = capture.environment(twin, folder: folder.path)
            environment.terminal.isErrorVisible = true
            #expect(await Invocation.run(["sync", "web@dev"], in: environment) == .success)
            #expect(capture.output.hasPrefix("synced acme/web@dev"))
        }
    }
}
