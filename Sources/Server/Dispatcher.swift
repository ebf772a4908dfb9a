// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import HTTPTypes
import Hummingbird
import Manifest
import Model
import NIOCore

/// Finds who asks and what answers. Knows the table of routes, and nothing of what they do.
///
/// Who asks comes first: a stranger learns nothing from what is there and what is not.
struct Dispatcher: HTTPResponder {
    private enum Handler: Sendable {
        case route(MountedRoute)
        case stream, unitStream
        case metrics, document
    }

    private let handlers: [Text: Handler]
    private let site: APIServer.Site
    private let gate: any Gatekeeper
    /// `nil` where no browsers come.
    private let browsers: Browsers?
    private let hooks: HookExchange?
    private let safety: SafetyHeaders
    private let forwarding: Forwarding
    private let heartbeat: Duration
    /// How long the body of an act may take.
    private let patience: Duration
    /// Shared by all who watch units. Somebody must run it.
    let feed: UnitFeed

    init(
        site: APIServer.Site, gate: any Gatekeeper, browsers: Browsers?, hooks: HookExchange?, isSecure: Bool,
        heartbeat: Duration, patience: Duration, forwarding: Forwarding = Forwarding(proxies: [])
    ) {
        self.forwarding = forwarding
        self.patience = patience
        feed = UnitFeed(of: site.operations, heartbeat: heartbeat)
        self.site = site
        self.gate = gate
        self.browsers = browsers
        self.hooks = hooks
        self.heartbeat = heartbeat
        safety = SafetyHeaders(isSecure: isSecure)
        var handlers: [Text: Handler] = [
            "/v1/events/stream": .stream, "/v1/units/stream": .unitStream, "/metrics": .metrics,
            "/openapi.json": .document,
        ]
        for route in Routes.mounted { handlers[route.path] = .route(route) }
        self.handlers = handlers
    }

    func respond(to request: Request, context: Context) async -> Response {
        let context = context.behind(forwarding, request)
        var response: Response
        do {
            response = try await answer(request, context)
        } catch let error as APIError {
            response = browsers?.answer(to: error, request) ?? Answer.failure(error)
        } catch {
            response = Answer.failure(APIError(.failed, "\(request.uri.path): \(error)"))
        }
        safety.add(to: &response)
        // What comes behind the head of such an answer would be taken for another one.
        if request.method == .head { response.body = ResponseBody() }
        return response
    }

    private func answer(_ request: Request, _ context: Context) async throws -> Response {
        let path = Text(request.uri.path)
        try Self.requireOneHost(of: request)
        if let answer = try await forEverybody(path, request, context) { return answer }
        let admission = try await gate.admit(request, context)
        let operations = AuthorizedOperations(
            site.operations, for: admission.principal.at(context.address), policy: site.policy)
        guard let handler = handlers[path] else {
            if let away = await browsers?.renewal(request) { return away }
            if let page = try await browsers?.page(request, context, admission, operations) { return page }
            throw APIError(.notFound, "\(path): no such route")
        }
        switch handler {
        case .route(let route):
            try Self.require(route.method, of: request)
            if route.method == .post { try browsers?.checkAct(request, admission) }
            try await Self.require(route.permission, of: operations)
            return try await RouteExchange(
                route: route, operations: operations, acts: site.acts, patience: patience
            ).answer(request, context)
        case .stream:
            try Self.require(.get, of: request)
            try await Self.require(Routes.events.permission, of: operations)
            let filter = try RouteExchange.input(ofQuery: request, as: EventFilter.self)
            return EventStream(operations: operations, heartbeat: heartbeat, isGood: admission.isGood)
                .answer(request, filter)
        case .unitStream:
            try Self.require(.get, of: request)
            try await Self.require(Routes.status.permission, of: operations)
            let view = try RouteExchange.input(ofQuery: request, as: UnitStreamRequest.self)
            let last = request.headers[Self.lastEvent].flatMap { UInt64($0) }
            return UnitStream(operations: operations, feed: feed, heartbeat: heartbeat, isGood: admission.isGood)
                .answer(request, view.units, after: last ?? view.after)
        case .document:
            try Self.require(.get, of: request)
            return Answer.answer(APIDocument.bytes, type: "application/json", status: .ok)
        case .metrics:
            try Self.require(.get, of: request)
            guard await operations.may(.read) else {
                throw APIError(.forbidden, "\(admission.principal) may not read the fleet as a whole")
            }
            return Answer.text(await site.metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    /// What needs no name: whether this process lives, webhooks, which are signed, and how to sign in.
    private func forEverybody(_ path: Text, _ request: Request, _ context: Context) async throws -> Response? {
        switch path {
        case "/healthz":
            return Answer.text("ok\n")
        case "/readyz":
            let reasons = await site.reasonsNotReady()
            // Why is for those who may know what there is.
            let words = browsers == nil ? reasons.map { printable($0.utf8) + "\n" }.joined() : "not ready\n"
            return reasons.isEmpty ? Answer.text("ok\n") : Answer.text(words, status: .serviceUnavailable)
        default:
            if let answer = try await hooks?.answer(path, request, context) { return answer }
            return try await browsers?.forEverybody(path, request, context)
        }
    }

    /// Where a browser says how far it had come.
    private static let lastEvent = HTTPField.Name("last-event-id") ?? .ifMatch

    private static let host = HTTPField.Name("host")

    /// The first host of a request is its authority; whoever stands in front of this server may have gone by another.
    private static func requireOneHost(of request: Request) throws(APIError) {
        guard let host else { return }
        if request.headers[values: host].contains(where: { $0 != request.head.authority }) {
            throw APIError(.invalid, "the request names more than one host")
        }
    }

    private static func require(_ method: RouteMethod, of request: Request) throws(APIError) {
        guard request.method.rawValue == method.rawValue else {
            throw APIError(.invalid, "\(request.uri.path): takes \(method.rawValue) only")
        }
    }

    /// A first look, which refuses those who may do nothing of the kind anywhere. What it is done to is looked at by the
    /// operations themselves.
    private static func require(_ verb: Verb?, of operations: AuthorizedOperations) async throws(APIError) {
        guard let verb, await !operations.maySomewhere(verb) else { return }
        throw APIError(
            .forbidden, "\(operations.principal) may not \(verb == .admin ? "administer" : "\(verb)") anything",
            advice: "\"trimtab auth explain \(verb)\" says why")
    }
}
