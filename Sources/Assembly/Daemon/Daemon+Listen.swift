// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Engine
import Logging
import Manifest
import Model
import Server
import ServiceLifecycle
import SignIn
import Webhooks

extension Daemon {
    /// Takes in webhooks, from wherever the daemon listens.
    static func hookDesk(_ request: DaemonRequest, _ instance: Instance, log: Logger) async -> HookDesk {
        let clocks = Clocks.system
        let seen = HookMemory(state: request.engine.state.string, clocks: clocks, log: log)
        let folder = HookFolder(state: request.engine.state.string, clocks: clocks, log: log)
        return HookDesk(
            clocks: clocks, hooks: { await folder.hooks() }, count: instance.countWebhook,
            window: await seen.restore(), remember: { await seen.add($0) }
        ) { hint, hook in
            let sources = await instance.fleet.sources(hintedBy: hint, of: hook)
            if !sources.isEmpty { await instance.hints.add(sources) }
            return !sources.isEmpty
        }
    }

    /// What browsers and other machines reach; `nil` when the daemon is not told to listen.
    static func networkServer(
        _ request: DaemonRequest, _ instance: Instance, _ site: APIServer.Site, log: Logger
    ) throws(APIError) -> NetworkService? {
        guard let listen = request.listen else { return nil }
        guard listen.files != nil || listen.allowsPlain || listen.address.isLoopback else {
            throw APIError(
                .invalid, "tokens and sessions would cross the network in the open on \(Text("\(listen.address)"))",
                advice: "give --tls-cert and --tls-key, or say --insecure-http where something else does TLS")
        }
        if listen.files == nil, !listen.address.isLoopback, listen.external == nil {
            log.warning("browsers that come over TLS cannot sign in: say with --external-url where they reach this hub")
        }
        let clocks = Clocks.system
        let recorder = instance.recorder
        let identities = Identities(
            tokens: instance.tokens, sessions: Sessions(now: clocks.wall),
            providers: ProviderFiles(state: request.engine.state.string, log: log).open(clocks), now: clocks.wall,
            record: { _ = try await recorder.record($0) })
        let files = listen.files.map { TLSFiles(certificate: $0.certificate, key: $0.key) }
        return NetworkService(
            server: APIServer(
                on: .network(
                    listen.address, files, identities, external: listen.external, proxies: listen.proxies),
                serving: site, log: log),
            address: listen.address, isSecure: files != nil, external: listen.external,
            first: FirstSignIn(tokens: instance.tokens, state: request.engine.state.string, log: log))
    }
}

struct NetworkService: Service {
    let server: APIServer
    let address: NetworkAddress
    let isSecure: Bool
    let external: ExternalAddress?
    let first: FirstSignIn

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await server.run { port in
                let shown = NetworkAddress(host: address.host, port: port ?? address.port)
                let own = Text("\(isSecure ? "https" : "http")://\(shown)")
                await first.offer(at: external?.origin ?? own)
            }
        }
    }
}
