// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Synchronization
import Testing

@testable import Model

/// Work that several want at the same time.
@Suite(.timeLimit(.minutes(5))) struct SingleFlightTests {
    private struct Refused: Error, Equatable {
        var number: Int
    }

    /// Work that ends when it is told, and counts how often it began.
    private final class Work: Sendable {
        private let begun = Mutex(0)
        private let gate = AsyncStream.makeStream(of: Void.self)

        var count: Int { begun.withLock { $0 } }

        func end() { gate.continuation.finish() }

        func run(_ fails: Bool = false) async throws(Refused) -> Int {
            let number = begun.withLock { count in
                count += 1
                return count
            }
            for await _ in gate.stream {}
            if fails || Task.isCancelled { throw Refused(number: number) }
            return number
        }
    }

    private typealias Flight = SingleFlight<String, Int, Refused>

    private func wait(_ isTrue: () async -> Bool) async { while await !isTrue() { await Task.yield() } }

    @Test func `is done once, and all get what came of it`() async throws {
        let flight = Flight()
        let work = Work()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 {
                group.addTask { try await flight.run("a") { () async throws(Refused) in try await work.run() } }
            }
            await wait { await flight.waiters(for: "a") == 4 }
            work.end()
            for try await number in group { #expect(number == 1) }
        }
        #expect(work.count == 1)
        #expect(try await flight.run("a") { () async throws(Refused) in try await work.run() } == 2, "later, anew")
    }

    @Test func `fails for all who waited, and is tried again by whoever comes later`() async {
        let flight = Flight()
        let work = Work()
        await withTaskGroup(of: Refused?.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    do throws(Refused) {
                        _ = try await flight.run("a") { () async throws(Refused) in try await work.run(true) }
                        return nil
                    } catch { return error }
                }
            }
            await wait { await flight.waiters(for: "a") == 2 }
            work.end()
            for await error in group { #expect(error == Refused(number: 1)) }
        }
        #expect(work.count == 1)
        _ = await #expect(throws: Refused(number: 2)) {
            try await flight.run("a") { () async throws(Refused) in try await work.run(true) }
        }
    }

    @Test func `is done by another one when whoever did it is cut off`() async throws {
        let flight = Flight()
        let (first, second) = (Work(), Work())
        second.end()
        let cutOff = Task { try await flight.run("a") { () async throws(Refused) in try await first.run() } }
        await wait { first.count == 1 }
        async let other = flight.run("a") { () async throws(Refused) in try await second.run() }
        await wait { await flight.waiters(for: "a") == 1 }
        cutOff.cancel()
        #expect(try await other == 1)
        #expect(second.count == 1)
        await #expect(throws: Refused.self) { try await cutOff.value }
    }

    @Test func `is not shared between keys`() async throws {
        let flight = Flight()
        let (one, other) = (Work(), Work())
        other.end()
        async let first = flight.run("a") { () async throws(Refused) in try await one.run() }
        await wait { one.count == 1 }
        #expect(try await flight.run("b") { () async throws(Refused) in try await other.run() } == 1)
        one.end()
        #expect(try await first == 1)
    }
}
