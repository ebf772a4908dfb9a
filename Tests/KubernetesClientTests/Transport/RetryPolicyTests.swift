// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesClient

struct RetryPolicyTests {
    private let policy = RetryPolicy()

    private func delay(
        _ code: KubernetesError.Code, attempt: Int = 1, isRepeatable: Bool = true, retryAfter: Duration? = nil,
        wasNotSent: Bool = false, left: Duration = .seconds(30)
    ) -> Duration? {
        let error = KubernetesError(
            code, subject: "", message: "", retryAfter: retryAfter, wasNotSent: wasNotSent)
        return policy.delay(after: error, attempt: attempt, isRepeatable: isRepeatable, left: left, chance: 1)
    }

    @Test func `what the server has not done is sent again, whatever it is`() {
        #expect(delay(.tooManyRequests, isRepeatable: false) == .milliseconds(50))
        #expect(delay(.unavailable, isRepeatable: false, retryAfter: .seconds(1)) == .seconds(1))
        #expect(delay(.unreachable, isRepeatable: false, wasNotSent: true) == .milliseconds(50))
    }

    @Test(arguments: [KubernetesError.Code.unreachable, .timedOut, .serverError, .unavailable])
    func `what may have been done is sent again only if that changes nothing`(code: KubernetesError.Code) {
        #expect(delay(code) == .milliseconds(50))
        #expect(delay(code, isRepeatable: false) == nil)
    }

    @Test(arguments: [
        KubernetesError.Code.invalid, .conflict, .forbidden, .notFound, .unauthorized, .untrusted, .expired, .badAnswer,
        .cancelled,
    ]) func `a decision is final`(code: KubernetesError.Code) { #expect(delay(code) == nil) }

    @Test func `delays double up to a limit, and end with the attempts`() {
        let delays = (1...8).map { delay(.serverError, attempt: $0) }
        #expect(delays[1] == .milliseconds(100))
        #expect(delays[6] == .milliseconds(3200))
        #expect(delays[7] == nil)
    }

    @Test func `the server's wish is honoured, as far as the deadline allows`() {
        #expect(delay(.tooManyRequests, retryAfter: .seconds(3)) == .seconds(3))
        #expect(delay(.tooManyRequests, retryAfter: .seconds(31)) == nil)
    }
}

struct AdaptiveLimitTests {
    @Test func `the limit grows while it is used, by about one a round`() {
        var limit = AdaptiveLimit(start: 10, most: 64)
        for _ in 0..<10 { limit.succeeded(inFlight: 10) }
        #expect(limit.whole == 10)
        for _ in 0..<2 { limit.succeeded(inFlight: 10) }
        #expect(limit.whole == 11)
        for _ in 0..<100_000 { limit.succeeded(inFlight: 64) }
        #expect(limit.whole == 64)
    }

    @Test func `a limit that nobody reaches does not grow`() {
        var limit = AdaptiveLimit(start: 10, most: 64)
        for _ in 0..<1000 { limit.succeeded(inFlight: 2) }
        #expect(limit.whole == 10)
    }

    @Test func `a round of refusals halves it once`() {
        var limit = AdaptiveLimit(start: 32)
        for _ in 0..<20 { limit.overloaded(began: 0) }
        #expect(limit.whole == 16)
        limit.overloaded(began: 1)
        #expect(limit.whole == 8)
        for epoch in 2..<20 { limit.overloaded(began: epoch) }
        #expect(limit.whole == 1)
    }
}
