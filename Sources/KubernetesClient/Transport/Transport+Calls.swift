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
        let end = ContinuousClock.now + left
        let response: HTTPClientResponse
        do { response = try await calls.execute(prepared.request, deadline: .now() + TimeAmount(left)) } catch {
            throw fault(error, exchange)
        }
        let body = try await collect(response.body, exchange, until: end, left)
        let status = Int(response.status.code)
        guard (200..<300).contains(status) else {
            throw KubernetesError(
                status: status, body: body, retryAfter: response.headers.retryAfter, subject: exchange.subject,
                hidesContent: exchange.hidesContent)
        }
        return Answer(status: status, body: body, warnings: response.headers.warnings)
    }

    /// The whole body. The deadline is looked at with each piece; between two pieces at most the client's limit of silence
    /// passes. A timer and a task for each call would take more than all else that is done here.
    private func collect(
        _ body: HTTPClientResponse.Body, _ exchange: Exchange, until end: ContinuousClock.Instant, _ limit: Duration
    ) async throws(KubernetesError) -> [UInt8] {
        var bytes: [UInt8] = []
        var pieces = body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do { piece = try await pieces.next() } catch { throw fault(error, exchange) }
            guard let piece else { return bytes }
            guard ContinuousClock.now < end else { throw .timedOut(exchange.subject, after: limit) }
            guard bytes.count + piece.readableBytes <= Self.largestAnswer else {
                throw KubernetesError(
                    .badAnswer, subject: exchange.subject,
                    message: Text("the server answered more than \(Self.largestAnswer >> 20) MiB"))
            }
            bytes.append(contentsOf: piece.readableBytesView)
        }
    }
}
