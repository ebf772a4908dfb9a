// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Synchronization
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(5))) struct GateTests {
    @Test func `no more pass at once than the limit allows, and all pass in the end`() async throws {
        let gate = Gate(AdaptiveLimit(start: 3, most: 3))
        let account = Account()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await gate.pass("x") { () async throws(KubernetesError) in
                        let now = account.inside.withLock { count in
                            count += 1
                            return count
                        }
                        account.most.withLock { $0 = max($0, now) }
                        await Task.yield()
                        account.inside.withLock { $0 -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(account.most.withLock { $0 } <= 3)
        #expect(account.inside.withLock { $0 } == 0)
    }

    @Test func `who is cancelled while waiting leaves the queue, and those behind pass`() async throws {
        let gate = Gate(AdaptiveLimit(start: 1, most: 1))
        let (hold, release) = AsyncStream.makeStream(of: Void.self)
        let account = Account()
        let passed = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                try await gate.pass("x") { () async throws(KubernetesError) in
                    account.isHeld.withLock { $0 = true }
                    for await _ in hold { break }
                }
                return 1
            }
            while !account.isHeld.withLock({ $0 }) { await Task.yield() }
            let waiting = Task { try await gate.pass("x") { () async throws(KubernetesError) in } }
            for _ in 0..<50 { await Task.yield() }
            waiting.cancel()
            let outcome = await waiting.result
            #expect(throws: KubernetesError.self) { try outcome.get() }
            group.addTask {
                try await gate.pass("x") { () async throws(KubernetesError) in }
                return 1
            }
            release.yield()
            return try await group.reduce(0, +)
        }
        #expect(passed == 2)
    }

    @Test func `a refusal halves what may pass`() async throws {
        let gate = Gate(AdaptiveLimit(start: 8))
        await #expect(throws: KubernetesError.self) {
            try await gate.pass("x") { () async throws(KubernetesError) in
                throw KubernetesError(.tooManyRequests, subject: "x", message: "busy")
            }
        }
        #expect(gate.limit == 4)
    }
}

/// What passes are counted in.
private final class Account: Sendable {
    let inside = Mutex(0)
    let most = Mutex(0)
    let isHeld = Mutex(false)
}
