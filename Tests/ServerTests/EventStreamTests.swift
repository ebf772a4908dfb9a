// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Foundation
import Logging
import Manifest
import Model
import NIOCore
import Server
import ServiceLifecycle
import TestSupport
import Testing

@Suite struct EventStreamTests {
    private func open(_ socket: String, query: String = "after=0") async throws -> HTTPClientResponse.Body.AsyncIterator
    {
        let url = Endpoint.unixSocket(Text(socket)).url(path: "/v1/events/stream", query: query)
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
        return response.body.makeAsyncIterator()
    }

    @Test func `events arrive as they are written`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        await twin.append(.fleetRead, summary: "first")
        try await withServer(twin) { socket in
            var stream = try await open(socket)
            for summary in ["first", "second", "third"] {
                let line = try #require(try await stream.next())
                let event = try EventView(wire: JSON.read(Array(line.readableBytesView)))
                #expect(event.summary == Text(summary))
                await twin.append(.fleetRead, summary: summary == "first" ? "second" : "third")
            }
        }
    }

    @Test func `a quiet stream shows that it lives`() async throws {
        try await withServer(heartbeat: .milliseconds(5)) { socket in
            var stream = try await open(socket)
            for _ in 0..<3 { #expect(try await stream.next() == ByteBuffer(string: "\n")) }
        }
    }

    @Test func `a handler that waits learns that its client is gone`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        try await withServer(twin) { socket in
            try await HTTPOperations.with(.unixSocket(Text(socket))) { remote in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try? await remote.events(EventFilter(start: .after(0), wait: .seconds(30))) }
                    while await twin.waiters == 0 { await Task.yield() }
                    group.cancelAll()
                }
            }
            while await twin.waiters > 0 { await Task.yield() }
        }
    }

    @Test func `an open stream does not hold up a shutdown`() async throws {
        let twin = MemoryOperations(fleet: Sample.fleet)
        try await withScratchFolder { folder in
            let socket = folder.path + "/trimtab.sock"
            let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let (listening, continuation) = AsyncStream<Void>.makeStream()
            let service = ServerService(
                server: APIServer(
                    on: .unixSocket(Text(socket)),
                    serving: APIServer.Site(operations: twin, metrics: { "" }, reasonsNotReady: { [] }), log: log),
                onListening: { continuation.finish() })
            let group = ServiceGroup(services: [service], logger: log)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                for await _ in listening {}
                var stream = try await open(socket)
                while await twin.waiters == 0 { await Task.yield() }
                await group.triggerGracefulShutdown()
                while let part = try await stream.next() { #expect(part == ByteBuffer(string: "\n")) }
                try await tasks.waitForAll()
            }
        }
    }
}

private struct ServerService: Service {
    var server: APIServer
    var onListening: @Sendable () -> Void

    func run() async throws {
        let onListening = onListening
        try await server.run { _ in onListening() }
    }
}
