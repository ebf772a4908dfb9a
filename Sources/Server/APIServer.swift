// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Fleet
import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
package import Logging
package import Manifest
import NIOCore
import ServiceLifecycle
package import Webhooks

/// Serves the HTTP API, and pages to browsers, until its task is cancelled or its service group shuts down.
package struct APIServer: Sendable {
    /// What is served.
    package struct Site: Sendable {
        package var operations: any Operations
        /// What the roles say now.
        package var policy: @Sendable () async -> AccessPolicy
        /// The text of `/metrics`, in Prometheus's exposition format.
        package var metrics: @Sendable () async -> String
        /// Why the engine is not ready to serve; empty when it is.
        package var reasonsNotReady: @Sendable () async -> [Text]
        /// What browsers see; `nil` for no pages.
        package var pages: (any PageHandler)?
        /// Remembers acts that come with an idempotency key; `nil` where no such key is taken.
        package var acts: ActMemory?
        /// Who takes in webhooks; `nil` for nobody. Only the network has them.
        package var hooks: HookDesk?

        package init(
            operations: any Operations, policy: @escaping @Sendable () async -> AccessPolicy = { .none },
            metrics: @escaping @Sendable () async -> String, reasonsNotReady: @escaping @Sendable () async -> [Text],
            pages: (any PageHandler)? = nil, hooks: HookDesk? = nil, acts: ActMemory? = nil
        ) {
            self.operations = operations
            self.policy = policy
            self.metrics = metrics
            self.reasonsNotReady = reasonsNotReady
            self.pages = pages
            self.hooks = hooks
            self.acts = acts
        }
    }

    /// What clients get of the server, at most.
    package struct Limits: Sendable {
        package var connections = 1024
        /// Of one address, where addresses tell clients apart: room for an office behind one address, and too little to
        /// take the places of all others.
        package var connectionsOfOne = 256
        /// Whose connections are not counted one by one: what is on this machine could do worse, and is often a proxy
        /// that brings everybody.
        package var uncounted = AddressRange.loopback
        /// From the first byte of a connection, or the end of the last answer, to the end of a request's headers.
        package var head = Duration.seconds(60)
        /// To agree on TLS.
        package var handshake = Duration.seconds(15)
        /// For the body of an act or a form.
        package var body = Duration.seconds(30)
        /// For the body of a webhook, whose sender nobody knows yet.
        package var hookBody = Duration.seconds(10)
        /// The least time between two looks at the files of a certificate.
        package var certificateInterval = Duration.seconds(1)

        package init() {}
    }

    private let listener: Listener
    private let site: Site
    private let log: Logger
    private let heartbeat: Duration
    private let limits: Limits

    /// - Parameter heartbeat: how often a stream without events shows that it lives.
    package init(
        on listener: Listener, serving site: Site, log: Logger, heartbeat: Duration = .seconds(15),
        limits: Limits = Limits()
    ) {
        self.listener = listener
        self.site = site
        self.log = log
        self.heartbeat = heartbeat
        self.limits = limits
    }

    /// Calls `onListening` once the listener can be connected to, with the port where it has one.
    package func run(onListening: @escaping @Sendable (Int?) async -> Void = { _ in }) async throws {
        switch listener {
        case .unixSocket(let path, let access):
            try await run(socket: SocketFile(path: path), access, onListening)
        case .network(let address, let files, let identities, let external, let proxies):
            try await run(at: address, files, identities, external, Forwarding(proxies: proxies), onListening)
        }
    }

    private func run(
        socket: SocketFile, _ access: SocketAccess, _ onListening: @escaping @Sendable (Int?) async -> Void
    ) async throws {
        try socket.prepare()
        defer { socket.remove() }
        let dispatcher = Dispatcher(
            site: site, gate: SocketGatekeeper(access: access), browsers: nil, hooks: nil, isSecure: false,
            heartbeat: heartbeat, patience: limits.body)
        try await serve(
            dispatcher, .http1(configuration: http), at: .unixDomainSocket(path: socket.preparation), connections: 64
        ) { channel in
            do {
                try socket.publish()
                log.info("listening on \(socket.path)")
                await onListening(nil)
            } catch {
                log.error("\(error)")
                channel.close(promise: nil)
            }
        }
    }

    private func run(
        at address: NetworkAddress, _ files: TLSFiles?, _ identities: Identities, _ external: ExternalAddress?,
        _ forwarding: Forwarding, _ onListening: @escaping @Sendable (Int?) async -> Void
    ) async throws {
        // For browsers it is what they reach that counts, and not what is spoken behind it.
        let isSecure = files != nil || external != nil
        let cookie = SessionCookie(isSecure: isSecure)
        // Behind a proxy of which nothing is known everybody has one address, the proxy's.
        let tellsApart = external == nil || !forwarding.proxies.isEmpty
        let dispatcher = Dispatcher(
            site: site, gate: NetworkGatekeeper(identities: identities, cookie: cookie, log: log),
            browsers: Browsers(
                identities: identities, cookie: cookie,
                origin: SameOrigin(isSecure: files != nil, external: external), pages: site.pages,
                patience: limits.body, log: log, strangers: StrangerBodies(tellsApart: tellsApart)),
            hooks: site.hooks.map {
                HookExchange(
                    desk: $0, strangers: StrangerBodies(tellsApart: tellsApart), patience: limits.hookBody,
                    now: identities.now)
            },
            isSecure: isSecure, heartbeat: heartbeat, patience: limits.body, forwarding: forwarding)
        let count = ConnectionCount(
            limit: tellsApart ? limits.connectionsOfOne : .max, except: limits.uncounted + forwarding.proxies)
        let server =
            try files.map { try secure(CertificateKeeper($0, log: log, interval: limits.certificateInterval), count) }
            ?? plain(count)
        do {
            try await serve(
                dispatcher, server, at: .hostname(address.host.string, port: address.port),
                connections: limits.connections
            ) { channel in
                let port = channel.localAddress?.port ?? address.port
                let shown = NetworkAddress(host: address.host, port: port)
                log.info("listening on \(files != nil ? "https" : "http")://\(shown)")
                await onListening(port)
            }
        } catch let error as IOError {
            throw Self.refusal(of: address, error)
        }
    }

    /// Why nobody can be served there.
    private static func refusal(of address: NetworkAddress, _ error: IOError) -> APIError {
        let place = Text("\(address)")
        return switch error.errnoCode {
        case EADDRINUSE:
            APIError(
                .unavailable, "\(place) is in use by another process",
                advice: "give another one with --listen, or end what \"ss -ltnp\" shows there")
        case EADDRNOTAVAIL: APIError(.unavailable, "\(place) is no address of this machine")
        case EACCES:
            APIError(
                .failed, "\(place): this user may not listen there", advice: "give a port above 1023 with --listen")
        default: APIError(.failed, "\(place): cannot be listened on: \(Text("\(error)"))")
        }
    }

    private func serve(
        _ dispatcher: Dispatcher, _ server: HTTPServerBuilder, at address: BindAddress, connections: Int,
        _ onRunning: @escaping @Sendable (any Channel) async -> Void
    ) async throws {
        var quiet = log
        quiet.logLevel = max(log.logLevel, .warning)
        let application = Application(
            responder: dispatcher, server: server,
            configuration: ApplicationConfiguration(
                address: address, backlog: 64,
                availableConnectionsDelegate: MaximumAvailableConnections(connections, logger: quiet)),
            onServerRunning: onRunning, logger: quiet)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await cancelWhenGracefulShutdown { await dispatcher.feed.run() } }
            defer { group.cancelAll() }
            try await Shutdown.graceful(of: application, within: .seconds(10), log: quiet)
        }
    }

    private var http: HTTP1Channel.Configuration {
        let head = TimeAmount(limits.head)
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [HeadDeadline(head)], idleTimeout: .seconds(75),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
    }

    private func plain(_ count: ConnectionCount) -> HTTPServerBuilder {
        let http = http
        return HTTPServerBuilder { responder in
            CountedChannel(base: HTTP1Channel(responder: responder, configuration: http), count: count)
        }
    }

    /// HTTP/2 for those who ask for it in the handshake, HTTP/1.1 for the others.
    private func secure(_ keeper: CertificateKeeper, _ count: ConnectionCount) -> HTTPServerBuilder {
        let (http, limit) = (http, TimeAmount(limits.handshake))
        return HTTPServerBuilder { responder in
            let channel = GuardedChannel(
                base: try HTTP2UpgradeChannel(
                    tlsConfiguration: keeper.configuration,
                    configuration: .init(
                        idleTimeout: .seconds(75), gracefulCloseTimeout: .seconds(5), streamConfiguration: http),
                    responder: responder),
                limit: limit)
            return CountedChannel(base: channel, count: count)
        }
    }
}
