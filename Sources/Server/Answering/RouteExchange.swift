// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import Model
import ServiceLifecycle

/// Carries one request to the engine and its answer back. Holds no rule of its own.
struct RouteExchange {
    let route: MountedRoute
    let operations: AuthorizedOperations
    let acts: ActMemory?
    let patience: Duration

    private static let largestBody = 1 << 20

    func answer(_ request: Request, _ context: Context) async throws -> Response {
        let principal = operations.principal
        switch route.method {
        case .get:
            let input = try Self.query(of: request)
            // What is quick leaves its connection for the next request.
            guard isSlow else { return Answer.json(try await route.call(operations, input, principal)) }
            // What only reads ends with whoever asked for it, and does not hold up a shutdown.
            var answer: Response
            do {
                let wire = try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await cancelWhenGracefulShutdown { try await route.call(operations, input, principal) }
                }
                answer = Answer.json(wire)
            } catch let error as APIError {
                answer = Answer.failure(error)
            }
            // Having watched the connection for its end, the server cannot take another request from it.
            if !context.isStream { answer.headers[.connection] = "close" }
            return answer
        case .post:
            let body = try await BodyReader.collect(request, limit: Self.largestBody, within: patience)
            let input = try input(of: body)
            return try await SingleAct(route: route, acts: acts).answer(request, body, by: principal) {
                () async throws(APIError) in try await route.call(operations, input, principal)
            }
        }
    }

    /// Whether it may take so long that its asker may be gone by then.
    private var isSlow: Bool { route.deadline > .seconds(60) || route.path == Routes.events.path }

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

    private func input(of bytes: [UInt8]) throws(APIError) -> Value {
        let budget = Budget(bytes: Self.largestBody, depth: 64, nodes: 100_000, documents: 1)
        do {
            return try JSON.read(bytes, file: "the body", budget: budget)
        } catch {
            throw APIError(.invalid, "\(route.path): \(error)")
        }
    }
}
