// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import Model
import NIOCore

/// Finds what answers a request. Knows the table of routes, and who may; nothing of what they do.
struct Dispatcher: HTTPResponder {
    private enum Handler: Sendable {
        case route(MountedRoute)
        case stream
        case metrics, health, readiness
    }

    private let handlers: [Text: Handler]
    private let site: APIServer.Site
    private let access: Access
    private let names: UserNames
    private let heartbeat: Duration

    init(site: APIServer.Site, access: Access, names: UserNames, heartbeat: Duration) {
        self.site = site
        self.access = access
        self.names = names
        self.heartbeat = heartbeat
        var handlers: [Text: Handler] = [
            "/v1/events/stream": .stream, "/metrics": .metrics, "/healthz": .health, "/readyz": .readiness,
        ]
        for route in Routes.mounted { handlers[route.path] = .route(route) }
        self.handlers = handlers
    }

    func respond(to request: Request, context: Context) async -> Response {
        do {
            return try await answer(request, context)
        } catch let error as APIError {
            return Answer.failure(error)
        } catch {
            return Answer.failure(APIError(.failed, "\(request.uri.path): \(error)"))
        }
    }

    private func answer(_ request: Request, _ context: Context) async throws -> Response {
        guard let handler = handlers[Text(request.uri.path)] else {
            throw APIError(.notFound, "\(request.uri.path): no such route")
        }
        switch handler {
        case .route(let route):
            try require(route.method, of: request)
            let peer = try await admit(context, for: route.permission)
            let exchange = RouteExchange(route: route, operations: site.operations)
            return try await exchange.answer(request, actor: await names.actor(of: peer))
        case .stream:
            try require(.get, of: request)
            _ = try await admit(context, for: Routes.events.permission)
            let filter = try RouteExchange.input(ofQuery: request, as: EventFilter.self)
            return EventStream(operations: site.operations, heartbeat: heartbeat).answer(request, filter)
        case .metrics:
            _ = try await admit(context, for: .read)
            return Answer.text(await site.metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
        case .health:
            return Answer.text("ok\n")
        case .readiness:
            let reasons = await site.reasonsNotReady()
            return reasons.isEmpty
                ? Answer.text("ok\n")
                : Answer.text(
                    reasons.map { printable($0.utf8) + "\n" }.joined(), status: .serviceUnavailable)
        }
    }

    private func require(_ method: RouteMethod, of request: Request) throws(APIError) {
        guard request.method.rawValue == method.rawValue else {
            throw APIError(.invalid, "\(request.uri.path): takes \(method.rawValue) only")
        }
    }

    private func admit(_ context: Context, for permission: PermissionName) async throws(APIError) -> Peer {
        guard let peer = await context.peer() else {
            throw APIError(.forbidden, "the kernel does not say who is asking")
        }
        guard access.allows(peer, permission) else {
            throw APIError(
                .forbidden, "user #\(peer.user) may not \(permission.rawValue)",
                advice: "ask as root or as the user that runs the daemon")
        }
        return peer
    }
}
