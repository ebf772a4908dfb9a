// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Crypto
import Manifest
import Model
import NIOHTTP1
import Server
import Synchronization
import TestSupport
import Testing
import Webhooks

/// Webhooks as they come over the network.
@Suite struct WebhookTests {
    private final class Taken: Sendable {
        let hints = Mutex<[RepositoryHint]>([])
    }

    private static let secret = "It's a Secret to Everybody"
    private static let push =
        #"{"ref":"refs/heads/main","repository":{"clone_url":"https://git.example.org/shop.git"}}"#

    private func desk(_ taken: Taken) throws -> HookDesk {
        let name = try HookName(validating: "forge")
        let hook = Webhook(name: name, provider: .github, secrets: [Secret(Text(Self.secret))])
        return HookDesk(clocks: .system, hooks: { [name: hook] }) { hint, _ in
            taken.hints.withLock { $0.append(hint) }
            return false
        }
    }

    private func headers(_ body: String, delivery: String = "1") -> [(String, String)] {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(body.utf8), using: SymmetricKey(data: Array(Self.secret.utf8)))
        return [
            ("x-github-event", "push"), ("x-github-delivery", delivery), ("content-type", "application/json"),
            ("x-hub-signature-256", "sha256=" + Hex.encode(Array(code))),
        ]
    }

    @Test func `a signed webhook is taken without a session, and what became of it is not told`() async throws {
        let taken = Taken()
        try await withNetworkSite(hooks: try desk(taken)) { site in
            for _ in 0..<2 {
                let answer = try await site.send(
                    .POST, "/v1/hooks/forge", headers: headers(Self.push), body: Self.push)
                #expect(answer.status == 202 && answer.body == "{\"accepted\":true}\n")
            }
            let ping = try await site.send(
                .POST, "/v1/hooks/forge",
                headers: headers("{}").filter { $0.0 != "x-github-event" } + [("x-github-event", "ping")],
                body: "{}")
            #expect(ping.status == 202 && ping.body == "{\"accepted\":true}\n")
        }
        #expect(taken.hints.withLock { $0.map(\.refs) } == [["refs/heads/main"]])
    }

    @Test func `strangers learn nothing of hooks, and no other method reaches one`() async throws {
        let taken = Taken()
        try await withNetworkSite(hooks: try desk(taken)) { site in
            let wrong = headers(Self.push + " ")
            var bodies: Set<String> = []
            for (path, headers) in [
                ("/v1/hooks/forge", wrong), ("/v1/hooks/absent", wrong), ("/v1/hooks/", wrong),
                ("/v1/hooks/a/b", wrong),
                ("/v1/hooks/forge", []), ("/v1/hooks/%66orge", headers(Self.push)),
            ] as [(String, [(String, String)])] {
                let answer = try await site.send(.POST, path, headers: headers, body: Self.push)
                #expect(answer.status == 401, "\(path)")
                bodies.insert(answer.body)
            }
            #expect(bodies.count == 1)
            for method in [.GET, .PUT, .DELETE, .HEAD, .OPTIONS] as [HTTPMethod] {
                let answer = try await site.send(
                    method, "/v1/hooks/forge", headers: headers(Self.push))
                #expect(answer.status == 401, "\(method)")
            }
            // A webhook's signature opens nothing else.
            let other = try await site.send(.POST, "/v1/refresh", headers: headers("{}"), body: "{}")
            #expect(other.status == 401)
        }
        #expect(taken.hints.withLock { $0.isEmpty })
    }

    @Test func `what is malformed or too long is refused, and a slow one does not stay`() async throws {
        let taken = Taken()
        var limits = APIServer.Limits()
        limits.hookBody = .milliseconds(200)
        try await withNetworkSite(hooks: try desk(taken), limits: limits) { site in
            for body in ["", "{", "[]", "{}", "\u{1}", #"{"ref":"refs/heads/main"}"#] {
                let answer = try await site.send(.POST, "/v1/hooks/forge", headers: headers(body), body: body)
                #expect(answer.status == 400, "\(body)")
            }
            let long = String(repeating: " ", count: RepositoryHint.largestBody + 1)
            let answer = try await site.send(.POST, "/v1/hooks/forge", headers: headers(long), body: long)
            #expect(answer.status == 413)
            let slow = try await RawConnection.exchange(
                port: site.port,
                "POST /v1/hooks/forge HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            #expect(slow.hasPrefix("HTTP/1.1 504"), "\(slow.prefix(40))")
            let good = try await site.send(.POST, "/v1/hooks/forge", headers: headers(Self.push), body: Self.push)
            #expect(good.status == 202)
        }
    }

    @Test func `guessing signatures is slowed down, and those who sign are not`() async throws {
        let taken = Taken()
        try await withNetworkSite(hooks: try desk(taken)) { site in
            var statuses: [Int] = []
            for _ in 0..<30 {
                statuses.append(try await site.send(.POST, "/v1/hooks/forge", body: Self.push).status)
            }
            #expect(statuses.first == 401 && statuses.last == 429)
            let good = try await site.send(.POST, "/v1/hooks/forge", headers: headers(Self.push), body: Self.push)
            #expect(good.status == 202)
            // Who signs in is not held up by a forge that signs wrongly.
            let token = try await site.token("ci", [.read])
            #expect(try await site.send(.GET, "/v1/status", token: token).status == 200)
        }
    }
}
