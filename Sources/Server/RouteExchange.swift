// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import Model
import NIOCore
import ServiceLifecycle

/// Carries one request to the engine and its answer back. Holds no rule of its own.
struct RouteExchange {
    let route: MountedRoute
    let operations: any Operations

    private static let largestBody = 1 << 20

    func answer(_ request: Request, actor: Actor) async throws -> Response {
        switch route.method {
        case .get:
            let input = try Self.query(of: request)
            // What only reads ends with whoever asked for it, and does not hold up a shutdown.
            let wire = try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await cancelWhenGracefulShutdown { try await route.call(operations, input, actor) }
            }
            var answer = Answer.json(wire)
            // Having watched the connection for its end, the server cannot take another request from it.
            answer.headers[.connection] = "close"
            return answer
        case .post:
            return Answer.json(try await route.call(operations, try await body(of: request), actor))
        }
    }

    static func input<Input: Wire>(ofQuery request: Request, as type: Input.Type) throws(APIError) -> Input {
        do {
            return try Input(wire: try query(of: request))
        } catch let error as WireError {
            throw APIError(.invalid, "\(request.uri.path): \(error)")
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.failed, "\(request.uri.path): \(error)")
        }
    }

    private static func query(of request: Request) throws(APIError) -> Value {
        guard let input = Query.read((request.uri.query ?? "").utf8) else {
            throw APIError(.invalid, "\(request.uri.path): the query is not percent-encoded UTF-8")
        }
        return input
    }

    private func body(of request: Request) async throws(APIError) -> Value {
        let bytes: [UInt8]
        do {
            let buffer = try await withTimeout(.seconds(30)) {
                try await request.body.collect(upTo: Self.largestBody)
            }
            bytes = Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw APIError(.tooLarge, "\(route.path): the body has more than \(Self.largestBody >> 20) MB")
        } catch {
            throw APIError(.timedOut, "\(route.path): the body did not arrive within 30 s")
        }
        let budget = Budget(bytes: Self.largestBody, depth: 64, nodes: 100_000, documents: 1)
        do {
            return try JSON.read(bytes, file: "the body", budget: budget)
        } catch {
            throw APIError(.invalid, "\(route.path): \(error)")
        }
    }
}

/// Throws `CancellationError` when `body` takes longer.
private func withTimeout<Result: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else { throw CancellationError() }
        return result
    }
}
