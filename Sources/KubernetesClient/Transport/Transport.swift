// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import FoundationEssentials
import Manifest
import NIOCore
import NIOHTTP1
import Synchronization

/// Carries requests to one API server: connections, identity, retries, deadlines. Knows HTTP and nothing of objects.
///
/// Calls and watches have clients of their own: a watch holds its connection for minutes, and must not starve calls.
/// Both speak HTTP/1.1, where a connection carries one request at a time: AsyncHTTPClient keeps a single HTTP/2 connection
/// to a host, and a server limits its streams. `scripts/bench kubernetes` compares the two.
final class Transport: Sendable {
    let connection: Connection
    let counters: RequestCounters
    let gate: Gate
    let policy: RetryPolicy
    let deadline: Duration
    let calls: HTTPClient
    let watches: HTTPClient
    private let userAgent: String
    private let origin: String
    private let identities: Renewed<Identity>
    /// Identities up to this number were refused by the server.
    private let refused = Atomic<Int>(0)

    init(
        _ connection: Connection, options: KubernetesClient.Options, counters: RequestCounters
    ) {
        self.connection = connection
        self.counters = counters
        gate = Gate(AdaptiveLimit(start: min(32, options.concurrency), most: options.concurrency))
        policy = options.retries
        deadline = options.deadline
        userAgent = options.userAgent.string
        // The host that a certificate is checked against is the one of the URL.
        origin = connection.server.origin(host: connection.serverName)
        identities = Renewed { (number) async throws(KubernetesError) in
            try await Identity.make(for: connection, number: number)
        }
        calls = HTTPClient.make(
            for: connection, version: options.usesHTTP2 ? .automatic : .http1Only, connections: options.concurrency,
            silence: options.callSilence)
        // As many connections as watches: a server serves only so many streams over one.
        watches = HTTPClient.make(
            for: connection, version: .http1Only, connections: 4096, silence: options.watchSilence)
    }

    func shutdown() async {
        try? await calls.shutdown()
        try? await watches.shutdown()
    }

    /// A request that is ready to go, and whose identity it carries.
    struct Prepared: Sendable {
        var request: HTTPClientRequest
        var identity: Int
    }

    func prepare(_ exchange: Exchange, as impersonation: Impersonation?) async throws(KubernetesError) -> Prepared {
        let last = refused.load(ordering: .relaxed)
        let identity = try await identities.value { $0.number > last && $0.isFresh(.now, Date()) }
        var request = HTTPClientRequest(url: origin + exchange.uri)
        request.method = HTTPMethod(rawValue: exchange.method.rawValue)
        request.headers.add(name: "accept", value: exchange.accept)
        request.headers.add(name: "user-agent", value: userAgent)
        if let bearer = identity.bearer {
            bearer.withExposed { request.headers.add(name: "authorization", value: "Bearer \($0)") }
        }
        for header in (impersonation ?? connection.impersonation)?.headers ?? [] {
            request.headers.add(name: header.name, value: header.value)
        }
        if let body = exchange.body {
            request.headers.add(name: "content-type", value: exchange.contentType)
            request.body = .bytes(body.wireBytes)
        }
        request.tlsConfiguration = identity.tls
        counters.count(exchange)
        return Prepared(request: request, identity: identity.number)
    }

    /// Notes that the server did not take an identity, so that the next request makes a new one. False when one newer
    /// than that was refused already.
    func refuse(_ identity: Int) -> Bool {
        var known = refused.load(ordering: .relaxed)
        while known < identity {
            let (exchanged, found) = refused.compareExchange(
                expected: known, desired: identity, ordering: .relaxed)
            if exchanged { return true }
            known = found
        }
        return false
    }

    func fault(_ error: any Error, _ exchange: Exchange) -> KubernetesError {
        if Task.isCancelled { return .cancelled(exchange.subject) }
        return KubernetesError(transport: error, subject: exchange.subject, server: Text("\(connection.server)"))
    }
}

extension HTTPClient {
    /// - Parameter silence: how long an answer may pause.
    fileprivate static func make(
        for connection: Connection, version: Configuration.HTTPVersion, connections: Int, silence: Duration
    ) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10), read: TimeAmount(silence)))
        configuration.httpVersion = version
        // Nobody here gathers spans, and what would be said in them takes a hundredth of all that we do.
        configuration.tracing.tracer = nil
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.connectionPool.idleTimeout = .seconds(90)
        // Our own retries know what may be repeated, and tell why it failed.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let name = connection.serverName, name != connection.server.host {
            configuration.dnsOverride = [name.string: connection.server.host.string]
        }
        if let proxy = connection.proxy {
            switch proxy.kind {
            case .http:
                let login = proxy.login.map { $0.withExposed { Authorization.basic(credentials: base64($0)) } }
                configuration.proxy = .server(host: proxy.host.string, port: proxy.port, authorization: login)
            case .socks5: configuration.proxy = .socksServer(host: proxy.host.string, port: proxy.port)
            }
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private static func base64(_ text: Text) -> String { Data(text.utf8).base64EncodedString() }
}
