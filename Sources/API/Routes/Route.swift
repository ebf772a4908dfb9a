// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// One thing that the HTTP API can be asked: where, with what, for what, and who may.
package struct Route<Granted: Permission, Input: Described, Output: Described>: Sendable {
    package let method: RouteMethod
    /// `/v1/status`
    package let path: Text
    /// How long a client waits for the whole answer.
    package let deadline: Duration
    /// Asks an engine.
    package let call: @Sendable (any Operations, Input, Principal) async throws(APIError) -> Output

    package var permission: Verb? { Granted.verb }

    private init(
        _ method: RouteMethod, _ path: Text, deadline: Duration,
        call: @escaping @Sendable (any Operations, Input, Principal) async throws(APIError) -> Output
    ) {
        self.method = method
        self.path = path
        self.deadline = deadline
        self.call = call
    }

    /// Changes nothing; the input is the query.
    package static func reading(
        _ path: Text, _ permission: Granted.Type, deadline: Duration = .seconds(60),
        call: @escaping @Sendable (any Operations, Input) async throws(APIError) -> Output
    ) -> Route {
        Route(.get, path, deadline: deadline) { (engine, input, _) async throws(APIError) in
            try await call(engine, input)
        }
    }

    /// Does something in somebody's name; the input is the body.
    package static func acting(
        _ path: Text, _ permission: Granted.Type, deadline: Duration = .seconds(60),
        call: @escaping @Sendable (any Operations, Input, Actor) async throws(APIError) -> Output
    ) -> Route {
        Route(.post, path, deadline: deadline) { (engine, input, principal) async throws(APIError) in
            try await call(engine, input, principal.actor)
        }
    }

    /// Does something for which it matters who does it, beyond the name; the input is the body.
    package static func vouching(
        _ path: Text, _ permission: Granted.Type, deadline: Duration = .seconds(60),
        call: @escaping @Sendable (any Operations, Input, Principal) async throws(APIError) -> Output
    ) -> Route {
        Route(.post, path, deadline: deadline, call: call)
    }

    /// Changes nothing, and depends on who asks; the input is the query.
    package static func asking(
        _ path: Text, _ permission: Granted.Type, deadline: Duration = .seconds(60),
        call: @escaping @Sendable (any Operations, Input, Principal) async throws(APIError) -> Output
    ) -> Route {
        Route(.get, path, deadline: deadline, call: call)
    }
}

package enum RouteMethod: String, Sendable, Hashable {
    case get = "GET"
    case post = "POST"
}

/// A route without its types: what a server mounts.
package struct MountedRoute: Sendable {
    package let method: RouteMethod
    package let path: Text
    /// `nil` for what everybody may do who is signed in.
    package let permission: Verb?
    package let deadline: Duration
    package let input: WireSchema
    package let output: WireSchema
    /// Input and output as they are on the wire.
    package let call: @Sendable (any Operations, Value, Principal) async throws(APIError) -> Value

    package init<Granted, Input, Output>(_ route: Route<Granted, Input, Output>) {
        method = route.method
        path = route.path
        permission = Granted.verb
        deadline = route.deadline
        input = Input.schema
        output = Output.schema
        call = { (engine, wire, principal) async throws(APIError) in
            let input: Input
            do {
                input = try Input(wire: wire)
            } catch {
                throw APIError(.invalid, Text("\(route.path): \(error)"))
            }
            return try await route.call(engine, input, principal).wire
        }
    }
}
