// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Manifest
import NIOCore
import NIOHTTP1

extension Transport {
    /// An answer of which all is there.
    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
        var warnings: [Text]

        /// The body, which must be JSON.
        func value(_ exchange: Exchange) throws(KubernetesError) -> Value {
            do {
                return try JSON.read(
                    body, budget: Budget(bytes: Transport.largestAnswer, depth: 128, nodes: 4_000_000, documents: 1))
            } catch {
                // Where, and not what: the answer may be a Secret.
                let place = exchange.hidesContent ? "" : " (\(error.reason))"
                throw KubernetesError(
                    .badAnswer, subject: exchange.subject, message: Text("the server's answer is not JSON\(place)"),
                    status: status)
            }
        }
    }

    fileprivate static let largestAnswer = 64 << 20

    /// Sends a request until it is answered, its failure is final, or its deadline passes.
    func send(_ exchange: Exchange, as impersonation: Impersonation?) async throws(KubernetesError) -> Answer {
        try await retrying(exchange) { (left) async throws(KubernetesError) in
            try await self.attempt(exchange, as: impersonation, within: left)
        }
    }

    /// Makes attempts, each within the gate and with what is left of the deadline, as the policy allows.
    func retrying<Result>(
        _ exchange: Exchange, _ attempt: (_ left: Duration) async throws(KubernetesError) -> Result
    ) async throws(KubernetesError) -> Result {
        let end = ContinuousClock.now + (exchange.deadline ?? deadline)
        var attempts = 0
        while true {
            attempts += 1
            do throws(KubernetesError) {
                return try await gate.pass(exchange.subject) { () async throws(KubernetesError) in
                    try await attempt(max(.zero, end - .now))
                }
            } catch {
                let delay = policy.delay(
                    after: error, attempt: attempts, isRepeatable: exchange.isRepeatable, left: end - .now,
                    chance: .random(in: 0...1))
                guard let delay, !Task.isCancelled else { throw error }
                do { try await Task.sleep(for: delay) } catch { throw .cancelled(exchange.subject) }
            }
        }
    }

    /// A second time at once when the server does not know our identity: it may have been exchanged.
    private func attempt(
        _ exchange: Exchange, as impersonation: Impersonation?, within left: Duration
    ) async throws(KubernetesError) -> Answer {
        let prepared = try await prepare(exchange, as: impersonation)
        do throws(KubernetesError) {
            return try await perform(prepared, exchange, within: left)
        } catch {
            guard error.code == .unauthorized, refuse(prepared.identity) else { throw error }
            return try await perform(prepare(exchange, as: impersonation), exchange, within: left)
        }
    }

    private func perform(
        _ prepared: Prepared, _ exchange: Exchange, within left: Duration
    ) async throws(KubernetesError) -> Answer {
        let request = prepared.request
        let client = calls
        let head: (status: Int, body: ByteBuffer, retryAfter: Duration?, warnings: [Text])
        do {
            head = try await withDeadline(left, of: exchange.subject) {
                let response = try await client.execute(request, deadline: .now() + TimeAmount(left))
                return (
                    Int(response.status.code), try await response.body.collect(upTo: Self.largestAnswer),
                    response.headers.retryAfter, response.headers.warnings
                )
            }
        } catch is NIOTooManyBytesError {
            throw KubernetesError(
                .badAnswer, subject: exchange.subject,
                message: Text("the server answered more than \(Self.largestAnswer >> 20) MiB"))
        } catch {
            throw fault(error, exchange)
        }
        let body = Array(head.body.readableBytesView)
        guard (200..<300).contains(head.status) else {
            throw KubernetesError(
                status: head.status, body: body, retryAfter: head.retryAfter, subject: exchange.subject,
                hidesContent: exchange.hidesContent)
        }
        return Answer(status: head.status, body: body, warnings: head.warnings)
    }
}
