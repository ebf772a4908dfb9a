// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import Server

/// Whoever watches is told ten times a second at most, however much happens.
@Suite(.timeLimit(.minutes(2))) struct FrameRateTests {
    /// Sleeps until the test says so, and keeps how long it was to be.
    private final class Rest: Sendable {
        let lengths = Mutex<[Duration]>([])
        private let nights = AsyncStream<Void>.makeStream()

        @Sendable func sleep(_ length: Duration) async {
            lengths.withLock { $0.append(length) }
            for await _ in nights.stream { return }
        }

        func wake() { nights.continuation.yield() }
    }

    @Test func `between two batches lies a tenth of a second, and what comes meanwhile is one`() async throws {
        let (twin, rest) = (MemoryOperations(fleet: Sample.fleet), Rest())
        let feed = UnitFeed(of: twin, heartbeat: .milliseconds(200), sleep: rest.sleep)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await feed.run() }
            group.addTask {
                var bell = await feed.watch(for: .states).strokes.makeAsyncIterator()
                // The feed begins with what happens from now on.
                _ = await bell.next()
                for round in 1...10 {
                    for _ in 0..<50 { await twin.append(.paused, unit: Sample.unit("web", "prod")) }
                    while rest.lengths.withLock(\.count) < round { await Task.yield() }
                    for _ in 0..<50 { await twin.append(.paused, unit: Sample.unit("web", "prod")) }
                    #expect(await feed.made == round, "it sleeps")
                    if round < 10 { rest.wake() }
                    // What came while it slept is told of at once.
                    while round < 10, rest.lengths.withLock(\.count) == round { await Task.yield() }
                }
                #expect(rest.lengths.withLock(\.self) == Array(repeating: .milliseconds(100), count: 10))
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
