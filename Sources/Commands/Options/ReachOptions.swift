// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

/// Which engine is meant: one of this machine, or one on a server.
struct ReachOptions: ParsableArguments {
    @OptionGroup var state: StateOptions

    @Option(
        help: ArgumentHelp(
            "A server that you have signed in to, by the name of its context. Default: $TRIMTAB_CONTEXT, else the "
                + "current one, unless a state folder is named.", valueName: "name"))
    var context: String?

    @Option(
        help: ArgumentHelp("A server, by its address; signs in with the token in $TRIMTAB_TOKEN.", valueName: "url"))
    var server: String?

    func validate() throws {
        let places = [state.state, context, server].compactMap(\.self)
        if places.count > 1 { throw ValidationError("say one of --state, --context and --server") }
    }

    /// Where it is.
    enum Place {
        /// A state folder of this machine.
        case state(Text)
        case server(RemoteEngine)
    }

    var place: Place {
        get throws {
            let variables = Environment.current.variables
            if let server {
                guard let token = variables["TRIMTAB_TOKEN"], !token.isEmpty else {
                    throw APIError(
                        .unauthenticated, "$TRIMTAB_TOKEN is not set",
                        advice: "set it, or sign in with \"trimtab login\" and say --context")
                }
                let credentials = Credentials(token: Secret(Text(token)))
                return .server(RemoteEngine(server: try RemoteEngine.address(Text(server)), credentials: credentials))
            }
            if let name = context ?? (state.state == nil ? variables["TRIMTAB_CONTEXT"] : nil), !name.isEmpty {
                return .server(try Contexts.read().named(Text(name)).engine)
            }
            if state.state == nil, variables["TRIMTAB_STATE"]?.isEmpty ?? true {
                let contexts = try Contexts.read()
                if let current = contexts.current { return .server(try contexts.named(current).engine) }
            }
            return .state(try state.folder)
        }
    }
}

extension FleetOptions {
    func request(at reach: ReachOptions) throws -> EngineRequest {
        switch try reach.place {
        case .state(let folder): return try request(state: folder)
        case .server(let engine):
            var request = try request(state: "")
            request.remote = engine
            return request
        }
    }
}
