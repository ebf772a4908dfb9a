// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Logging
import Model
import ServiceLifecycle
import TestSupport
import Testing

@testable import Assembly

/// Services end one after the other; the engine must not begin anything while others take their time.
@Suite(.timeLimit(.minutes(2))) struct ServiceOrderTests {
    /// Takes long to end, and says how the engine stood when it was told to.
    private struct Slow: Service {
        let engine: Engine
        let begun: AsyncStream<Void>.Continuation
        let seen: AsyncStream<(isStopping: Bool, wasCut: Bool)>.Continuation

        func run() async throws {
            begun.yield()
            try await gracefulShutdown()
            let isStopping = engine.isStopping
            try? await Task.sleep(for: .milliseconds(200))
            seen.yield((isStopping, Task.isCancelled))
            seen.finish()
        }
    }

    @Test func `the engine hears first that all end, and ends in its turn`() async throws {
        let engine = Engine(
            content: MemoryContent(), recorder: MemoryRecorder(), clocks: .system, records: [:])
        let (begins, begun) = AsyncStream.makeStream(of: Void.self)
        let (sights, seen) = AsyncStream.makeStream(of: (isStopping: Bool, wasCut: Bool).self)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: EngineService(engine: engine)),
                    .init(service: Slow(engine: engine, begun: begun, seen: seen)),
                    .init(service: EngineGate(engine: engine)),
                ], logger: Logger(label: "test")))
        let running = Task { try await group.run() }
        for await _ in begins { break }
        #expect(!engine.isStopping)
        await group.triggerGracefulShutdown()
        for await sight in sights { #expect(sight.isStopping && !sight.wasCut) }
        try await running.value
    }
}
