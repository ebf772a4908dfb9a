// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Manifest
import NIOCore
import NIOHTTP1

extension Transport {
    /// Sends a request once, and hands over the answer's bytes as they come; returns when the server has said all.
    ///
    /// `opened` is called when the server has agreed. The connection is read no faster than `each` returns. The deadline is looked at with each piece; between two
    /// pieces at most the client's limit of silence passes.
    func stream(
        _ exchange: Exchange, as impersonation: Impersonation?, over client: HTTPClient,
        opened: () async throws(KubernetesError) -> Void = {},
        _ each: ([UInt8]) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        let prepared = try await prepare(exchange, as: impersonation)
        do throws(KubernetesError) {
            try await stream(prepared, exchange, over: client, opened: opened, each)
        } catch {
            guard error.code == .unauthorized, refuse(prepared.identity) else { throw error }
            try await stream(prepare(exchange, as: impersonation), exchange, over: client, opened: opened, each)
        }
    }

    private func stream(
        _ prepared: Prepared, _ exchange: Exchange, over client: HTTPClient,
        opened: () async throws(KubernetesError) -> Void,
        _ each: ([UInt8]) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        let limit = exchange.deadline ?? deadline
        let end = ContinuousClock.now + limit
        let response: HTTPClientResponse
        do {
            // The server answers a watch at once, even if nothing happens.
            response = try await client.execute(prepared.request, deadline: .now() + .seconds(30))
        } catch {
            throw fault(error, exchange)
        }
        guard (200..<300).contains(response.status.code) else { throw await refusal(response, exchange) }
        try await opened()
        var pieces = response.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do { piece = try await pieces.next() } catch { throw fault(error, exchange) }
            guard let piece else { return }
            guard ContinuousClock.now < end else { throw .timedOut(exchange.subject, after: limit) }
            try await each(Array(piece.readableBytesView))
        }
    }

    private func refusal(_ response: HTTPClientResponse, _ exchange: Exchange) async -> KubernetesError {
        let body = (try? await response.body.collect(upTo: 1 << 20)).map { Array($0.readableBytesView) } ?? []
        return KubernetesError(
            status: Int(response.status.code), body: body, retryAfter: response.headers.retryAfter,
            subject: exchange.subject, hidesContent: exchange.hidesContent)
    }
}
