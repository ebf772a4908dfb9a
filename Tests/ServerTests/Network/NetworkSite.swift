// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Fleet
import Foundation
import Identity
import Logging
import Manifest
import Model
import NIOCore
import NIOHTTP1
import Server
import SignIn
import Synchronization
import TestSupport
import Webhooks

/// A server on a loopback port, of a fleet of two projects.
struct NetworkSite: Sendable {
    let port: Int
    let scheme: String
    let twin: MemoryOperations
    let tokens: TokenDesk
    let drafts: Drafts
    let provider: MemoryProvider

    var base: String { "\(scheme)://localhost:\(port)" }

    final class Drafts: Sendable {
        let all = Mutex<[EventDraft]>([])
    }

    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: String
        var version: HTTPVersion

        /// `name=value` of the cookie that was set.
        var cookie: String? {
            headers.first(name: "set-cookie").flatMap { $0.split(separator: ";").first.map(String.init) }
        }
    }

    /// Follows no redirects.
    static let client: HTTPClient = {
        let configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// A token that may do this, for an hour.
    func token(_ name: Text, _ verbs: Set<Verb> = [], projects: [Text] = []) async throws -> String {
        guard let name = TokenName(name) else { throw APIError(.invalid, "no name") }
        let request = TokenRequest(
            name: name, scope: TokenScope(verbs: verbs, projects: Set(projects.compactMap { ProjectName($0) })),
            expires: Sample.now.advanced(by: .seconds(3600)), reason: "")
        return try await tokens.createToken(request, actor: .trimtab).text.withExposed(\.string)
    }

    func send(
        _ method: HTTPMethod = .GET, _ path: String, token: String? = nil, headers: [(String, String)] = [],
        body: String? = nil, client: HTTPClient = NetworkSite.client
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await client.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 4 << 20)
        return Answer(
            status: Int(response.status.code), headers: response.headers, body: String(buffer: bytes),
            version: response.version)
    }

    /// Posts a form as a page of this server would.
    func post(_ path: String, _ form: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(
            .POST, path,
            headers: [
                ("content-type", "application/x-www-form-urlencoded"), ("origin", base),
                ("sec-fetch-site", "same-origin"),
            ] + headers, body: form)
    }
}

/// - Parameter providers: that sign people and programs in, given the one that answers for all of them.
func withNetworkSite(
    roles: String = "", now: @escaping @Sendable () -> Time = { Sample.now }, providers: [IdentityProvider] = [],
    port: Int = 0, files: TLSFiles? = nil, external: ExternalAddress? = nil, pages: (any PageHandler)? = nil,
    hooks: HookDesk? = nil, proxies: [AddressRange] = [],
    limits: APIServer.Limits = APIServer.Limits(), reasonsNotReady: [Text] = [],
    _ body: @escaping @Sendable (NetworkSite) async throws -> Void
) async throws {
    let policy = try await Sample.policy(roles)
    let twin = MemoryOperations(
        fleet: Sample.fleetOfTwoProjects, plans: [Sample.plan], drift: [Sample.drift], rendered: [Sample.rendered],
        history: [Sample.unit("web", "prod"): Sample.history])
    let drafts = NetworkSite.Drafts()
    try await withScratchFolder { folder in
        let record: @Sendable ([EventDraft]) async throws -> Void = { new in drafts.all.withLock { $0 += new } }
        let tokens = try await TokenDesk.open(path: folder.path + "/tokens.json", now: now, record: record)
        let provider = MemoryProvider("https://id.example.org", now: now)
        let clocks = Clocks(wall: now, monotonic: { .start }, sleep: { _ in })
        let identities = Identities(
            tokens: tokens, sessions: Sessions(now: now),
            providers: Providers(providers, clocks: clocks, send: provider.send), now: now, record: record)
        let server = APIServer(
            on: .network(
                NetworkAddress(host: "127.0.0.1", port: port), files, identities, external: external, proxies: proxies),
            serving: APIServer.Site(
                operations: twin, policy: { policy }, metrics: { "trimtab_units 3\n" },
                reasonsNotReady: { reasonsNotReady }, pages: pages, hooks: hooks,
                acts: ActMemory(folder: folder.path + "/acts", now: now)),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, heartbeat: .milliseconds(20), limits: limits)
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.run { port in
                    continuation.yield(port ?? 0)
                    continuation.finish()
                }
            }
            group.addTask {
                for await port in ports {
                    try await body(
                        NetworkSite(
                            port: port, scheme: files == nil ? "http" : "https", twin: twin, tokens: tokens,
                            drafts: drafts, provider: provider))
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

/// Pages that say who sees them.
struct PlainPages: PageHandler {
    func asset(at path: Text) -> PageAnswer? {
        path == "/assets/style.css" ? PageAnswer(type: "text/css", body: Array("a{}".utf8), tag: "\"1\"") : nil
    }

    func signIn(_ invitation: SignInInvitation) -> PageAnswer {
        PageAnswer(body: Array("sign in, then \(invitation.next); \(invitation.failure ?? "")".utf8))
    }

    func answer(_ request: PageRequest, _ operations: AuthorizedOperations) async -> PageAnswer? {
        switch request.path {
        case "/": return PageAnswer(body: Array("\(operations.principal) \(request.formToken)".utf8))
        case "/go": return PageAnswer(location: request.form["to"]?.stringValue ?? "/")
        default: return nil
        }
    }
}
