// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Identity
import Manifest
import Model
import NIOHTTP1
import Server
import Synchronization
import TestSupport
import Testing

/// Programs that show their provider's token with each request.
@Suite struct ProgramSignInTests {
    private static let roles = """
        kind: RoleBinding
        metadata: {name: shop-ci}
        spec:
          role: operator
          to: [{workload: {provider: ci, claims: {repository: acme/shop, ref: [refs/heads/main, refs/heads/next]}}}]
          projects: [shop]
        """

    private func withSite(_ body: @escaping @Sendable (NetworkSite) async throws -> Void) async throws {
        let provider = IdentityProvider(
            name: try #require(IdentityProviderName("ci")), issuer: "https://id.example.org",
            audiences: ["https://hub.example.org"])
        try await withNetworkSite(roles: Self.roles, providers: [provider], body)
    }

    private func token(_ site: NetworkSite, _ more: Object = [:], key: TestKey = .rsa) -> String {
        var claims: Object = ["repository": "acme/shop", "ref": "refs/heads/main"]
        for (name, value) in more.pairs { claims[name] = value }
        return key.token(
            site.provider.claims(for: "https://hub.example.org", subject: "repo:acme/shop:ref:refs/heads/main", claims)
        ).string
    }

    @Test func `a program acts by its provider's token, as its role allows`() async throws {
        try await withSite { site in
            let token = token(site)
            let status = try await site.send(.GET, "/v1/status", token: token)
            #expect(status.status == 200 && status.body.contains("acme/web@prod") && !status.body.contains("ledger"))
            let act = try await site.send(
                .POST, "/v1/sync", token: token, headers: [("content-type", "application/json")],
                body: #"{"units": {"unit": ["acme/web@prod"]}}"#)
            #expect(act.status == 200, "\(act.body)")
            #expect(
                await site.twin.acts.map(\.event.actor.text) == ["workload:ci:repo:acme/shop:ref:refs/heads/main"])
            #expect(try await site.send(.GET, "/v1/tokens", token: token).status == 403)
        }
    }

    @Test(
        arguments: [
            ["repository": "acme/other"], ["repository": "ACME/shop"], ["repository": "acme/shop "],
            ["repository": ["acme/shop"]],
            ["repository": .null], ["ref": "refs/heads/mine"], ["ref": "refs/heads/main\n"],
            ["ref": ["refs/heads/main"]],
        ] as [Object])
    func `claims are matched exactly`(claims: Object) async throws {
        try await withSite { site in
            let answer = try await site.send(.GET, "/v1/status", token: token(site, claims))
            // Known, and of no role.
            #expect(answer.status == 403)
        }
    }

    @Test func `no token of another purpose lets a program in`() async throws {
        try await withSite { site in
            let lies: [Object] = [
                ["aud": "https://hub.example.org/"], ["aud": "trimtab"], ["aud": []],
                ["iss": "https://id.example.org/"],
                ["iss": "https://evil.example"], ["exp": 0], ["exp": .number(.decimal("8000000000"))], ["sub": ""],
                ["sub": "a\nb"], ["sub": .null],
            ]
            let forgers: [TestKey] = [.otherRSA, .fresh(named: "r1"), .fresh(named: "nobody's")]
            for (claims, key) in lies.map({ ($0, TestKey.rsa) }) + forgers.map({ (Object(), $0) }) {
                let answer = try await site.send(.GET, "/v1/status", token: token(site, claims, key: key))
                #expect(answer.status == 401 || answer.status == 429, "\(claims.keys)")
                #expect(answer.body.contains("this token does not count") || answer.body.contains("too many"))
            }
        }
    }

    @Test func `why is told to those alone whose token is genuine`() async throws {
        try await withSite { site in
            let late = try await site.send(.GET, "/v1/status", token: token(site, ["exp": 0]))
            #expect(late.body.contains("it counts no longer"))
            let forged = try await site.send(.GET, "/v1/status", token: token(site, ["exp": 0], key: .otherRSA))
            #expect(forged.status == 401 && forged.body.contains("\"this token does not count\""))
        }
    }

    @Test func `keys that nobody knows are asked for once`() async throws {
        try await withSite { site in
            let unknown = TestKey.fresh(named: "new")
            for _ in 0..<5 {
                let answer = try await site.send(.GET, "/v1/status", token: token(site, key: unknown))
                #expect(answer.status == 401)
            }
            #expect(site.provider.state.withLock { $0.asked.filter { $0 == "/keys" }.count } == 1)
        }
    }

    @Test func `guessing is slowed down, and those who have a token are not`() async throws {
        try await withSite { site in
            var statuses: [Int] = []
            for _ in 0..<30 {
                statuses.append(try await site.send(.GET, "/v1/status", token: token(site, key: .otherRSA)).status)
            }
            #expect(statuses.first == 401 && statuses.last == 429)
            #expect(try await site.send(.GET, "/v1/status", token: token(site)).status == 200)
        }
    }

    @Test func `a token of a browser's sign-in lets no program in`() async throws {
        let provider = IdentityProvider(
            name: try #require(IdentityProviderName("acme")), issuer: "https://id.example.org",
            browsers: BrowserClient(id: "trimtab"))
        try await withNetworkSite(roles: Self.roles, providers: [provider], pages: PlainPages()) { site in
            let token = TestKey.rsa.token(site.provider.claims(for: "trimtab", ["email": "ada@example.org"]))
            let answer = try await site.send(.GET, "/v1/status", token: token.string)
            #expect(answer.status == 401)
            #expect(site.provider.state.withLock(\.asked).isEmpty)
        }
    }
}
