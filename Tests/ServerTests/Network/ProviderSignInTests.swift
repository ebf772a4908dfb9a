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

/// People who sign in by a provider, and what others would like to make of that.
@Suite struct ProviderSignInTests {
    private static func provider(_ name: Text, prefix: Text? = nil) throws -> IdentityProvider {
        IdentityProvider(
            name: try #require(IdentityProviderName(name)), issuer: "https://id.example.org",
            browsers: BrowserClient(
                id: "trimtab", secret: Secret("hush"), title: "Acme", people: ClaimMapping(prefix: prefix)))
    }

    private static let roles = """
        kind: RoleBinding
        metadata: {name: shop}
        spec: {role: viewer, to: [{group: shop-developers}], projects: [shop]}
        """

    /// A browser, as far as it matters: what it keeps and where it is sent.
    private struct Browser {
        let site: NetworkSite
        var cookies: [String: String] = [:]

        mutating func get(_ path: String, _ headers: [(String, String)] = []) async throws -> NetworkSite.Answer {
            let kept = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
            let answer = try await site.send(
                .GET, path, headers: headers + (kept.isEmpty ? [] : [("cookie", kept)]))
            for header in answer.headers["set-cookie"] {
                let pair = header.split(separator: ";")[0].split(separator: "=", omittingEmptySubsequences: false)
                if header.contains("Max-Age=0") {
                    cookies[String(pair[0])] = nil
                } else {
                    cookies[String(pair[0])] = pair.dropFirst().joined(separator: "=")
                }
            }
            return answer
        }

        /// Begins, and agrees at the provider's page: gives the address to come back to.
        mutating func agree(
            with provider: MemoryProvider, at path: String = "/sign-in/with/acme"
        ) async throws -> String {
            let answer = try await get(path)
            let location = try #require(answer.headers.first(name: "location"))
            #expect(answer.status == 303 && location.hasPrefix("https://id.example.org/page?"))
            let brought = try provider.agree(to: Text(location))
            return "/sign-in/with/acme/return?code=\(brought["code"] ?? "")&state=\(brought["state"] ?? "")"
        }
    }

    private func withSite(
        _ body: @escaping @Sendable (NetworkSite, inout Browser) async throws -> Void
    ) async throws {
        try await withNetworkSite(
            roles: Self.roles, providers: [try Self.provider("acme")], pages: PlainPages()
        ) { site in
            site.provider.state.withLock {
                $0.claims = ["email": "ada@example.org", "groups": ["shop-developers", "everybody"], "name": "Ada"]
            }
            var browser = Browser(site: site)
            try await body(site, &browser)
        }
    }

    @Test func `a person signs in by a provider, and lands where they wanted to go`() async throws {
        try await withSite { site, browser in
            let back = try await browser.agree(with: site.provider, at: "/sign-in/with/acme?next=%2Funits%3Fa%3Db")
            #expect(browser.cookies.keys.sorted() == ["trimtab-sign-in"])
            let answer = try await browser.get(back)
            #expect(answer.status == 303 && answer.headers.first(name: "location") == "/units?a=b")
            #expect(browser.cookies.keys.sorted() == ["trimtab"])
            #expect(try await browser.get("/").body.hasPrefix("oidc:ada@example.org "))
            let last = site.drafts.all.withLock(\.last)
            let event = try #require(last)
            #expect(event.kind == .signedIn && event.actor.text == "oidc:ada@example.org")
            let noted = try #require(SignedIn(event.payload))
            #expect(noted.by == "acme" && noted.groups == ["shop-developers", "everybody"])
        }
    }

    @Test func `what they see is what their groups may`() async throws {
        try await withSite { site, browser in
            _ = try await browser.get(try await browser.agree(with: site.provider))
            let status = try await browser.get("/v1/status")
            #expect(status.status == 200 && status.body.contains("acme/web@prod") && !status.body.contains("ledger"))
            #expect(try await browser.get("/v1/tokens").status == 403)
        }
    }

    @Test func `what is asked of a provider is bound to this browser and this sign-in`() async throws {
        try await withSite { site, browser in
            let answer = try await browser.get("/sign-in/with/acme")
            let location = try #require(answer.headers.first(name: "location"))
            let query = try #require(Query.read(location.utf8.drop { $0 != 0x3F }.dropFirst()))
            #expect(query["redirect_uri"]?.stringValue == Text(site.base + "/sign-in/with/acme/return"))
            #expect(query["response_type"] == "code" && query["code_challenge_method"] == "S256")
            #expect(query["scope"] == "openid email profile")
            for key in ["state", "nonce", "code_challenge"] as [Text] {
                #expect(query[key]?.stringValue?.utf8.count == 43, "\(key)")
            }
            let cookie = try #require(answer.headers.first(name: "set-cookie"))
            #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600"))
            // Nothing of it can be read.
            for key in ["state", "nonce"] as [Text] { #expect(!cookie.contains(query[key]?.stringValue?.string ?? "")) }
            #expect(!location.contains("hush"))
        }
    }

    @Test func `an answer counts once`() async throws {
        try await withSite { site, browser in
            let back = try await browser.agree(with: site.provider)
            let kept = browser.cookies
            #expect(try await browser.get(back).status == 303)
            let asked = site.provider.state.withLock { $0.asked.count }
            var thief = Browser(site: site, cookies: kept)
            let again = try await thief.get(back)
            #expect(again.status == 401 && thief.cookies["trimtab"] == nil)
            #expect(again.body.contains("This sign-in does not count any more."))
            // The provider is not even asked.
            #expect(site.provider.state.withLock { $0.asked.count } == asked)
        }
    }

    @Test func `a code counts once, also in another sign-in`() async throws {
        try await withSite { site, browser in
            let back = try await browser.agree(with: site.provider)
            let code = try #require(back.split(separator: "code=").last?.split(separator: "&").first)
            #expect(try await browser.get(back).status == 303)
            var other = Browser(site: site)
            let state = try #require(try await other.agree(with: site.provider).split(separator: "state=").last)
            #expect(try await other.get("/sign-in/with/acme/return?code=\(code)&state=\(state)").status == 401)
            #expect(other.cookies["trimtab"] == nil)
        }
    }

    /// Somebody else's answer would sign a person in as that somebody.
    @Test func `nobody is signed in by an answer that another browser got`() async throws {
        try await withSite { site, attacker in
            let back = try await attacker.agree(with: site.provider)
            var victim = Browser(site: site)
            let none = try await victim.get(back)
            #expect(none.status == 401 && victim.cookies.isEmpty)
            // Nor while they are signing in themselves, which they can go on with.
            let own = try await victim.agree(with: site.provider)
            #expect(try await victim.get(back).status == 401)
            #expect(victim.cookies.keys.sorted() == ["trimtab-sign-in"])
            #expect(try await victim.get(own).status == 303)
            #expect(victim.cookies["trimtab"] != nil)
        }
    }

    @Test func `an answer without the code, with two, or with a state that is not ours is none`() async throws {
        try await withSite { site, _ in
            for change in [
                "code=CODE", "state=STATE", "code=CODE&state=", "code=CODE&state=STATEx",
                "code=CODE&state=STATE&state=STATE", "code=CODE&code=CODE&state=STATE", "code=&state=STATE",
                "code=%0d%0a&state=STATE", "code=CODE&state=STATE&iss=https%3A%2F%2Fevil.example",
                "code=CODE&state=STATE&iss=https%3A%2F%2Fid.example.org%2F", "", "%",
            ] {
                var browser = Browser(site: site)
                let back = try await browser.agree(with: site.provider)
                let parts = back.split(separator: "code=")[1].split(separator: "&state=").map(String.init)
                let query = change.replacing("CODE", with: parts[0]).replacing("STATE", with: parts[1])
                #expect(try await browser.get("/sign-in/with/acme/return?\(query)").status == 401, "\(query)")
                #expect(browser.cookies["trimtab"] == nil)
            }
        }
    }

    @Test func `a provider that says no is told as such`() async throws {
        try await withSite { site, browser in
            let back = try await browser.agree(with: site.provider)
            let state = try #require(back.split(separator: "&").last)
            let answer = try await browser.get(
                "/sign-in/with/acme/return?error=access_denied&error_description=%3Cscript%3E&\(state)")
            #expect(answer.status == 401 && answer.body.hasSuffix("; The provider did not let you in."))
        }
    }

    @Test func `tokens that lie sign nobody in`() async throws {
        let lies: [Object] = [
            ["nonce": "another"], ["aud": "another"], ["aud": ["trimtab", "another"]], ["azp": "another"],
            ["iss": "https://id.example.org/"], ["exp": 0], ["at_hash": "another"], ["sub": ""],
            ["email_verified": false], ["email_verified": "false"], ["email": ""], ["email": "ada"],
            ["email": ["ada@example.org"]], ["email": "ada@example.org@evil.example"], ["email": "a\nb@example.org"],
        ]
        try await withSite { site, _ in
            let honest = site.provider.state.withLock(\.claims)
            for lie in lies {
                var claims = honest
                for (name, value) in lie.pairs { claims[name] = value }
                site.provider.state.withLock { $0.claims = claims }
                var browser = Browser(site: site)
                let answer = try await browser.get(try await browser.agree(with: site.provider))
                #expect(answer.status == 401, "\(lie.keys)")
                #expect(browser.cookies["trimtab"] == nil, "\(lie.keys)")
            }
            site.provider.state.withLock {
                $0.claims = honest
                $0.signer = .otherRSA
            }
            var browser = Browser(site: site)
            #expect(try await browser.get(try await browser.agree(with: site.provider)).status == 401)
        }
    }

    @Test func `a provider that is away is told as such, and asked again later`() async throws {
        try await withSite { site, browser in
            site.provider.state.withLock { $0.isAway = true }
            let answer = try await browser.get("/sign-in/with/acme")
            #expect(
                answer.status == 503 && answer.body.hasSuffix("; The provider does not answer. Try again in a minute."))
        }
    }

    @Test(
        arguments: [
            ("issuer", "https://evil.example"), ("issuer", "https://id.example.org/"),
            ("jwks_uri", "http://id.example.org/keys"),
            ("jwks_uri", "file:///etc/passwd"), ("token_endpoint", "http://127.0.0.1/token"),
            ("authorization_endpoint", "javascript:alert(1)"),
            ("code_challenge_methods_supported", ["plain"]),
        ] as [(Text, Value)])
    func `a provider that says of itself what cannot be is not used`(name: Text, value: Value) async throws {
        try await withSite { site, browser in
            site.provider.state.withLock { $0.metadata = [name: value] }
            let answer = try await browser.get("/sign-in/with/acme")
            #expect(answer.status == 503 && browser.cookies.isEmpty)
        }
    }

    @Test func `a provider that names itself in answers must do so`() async throws {
        try await withSite { site, browser in
            site.provider.state.withLock { $0.metadata = ["authorization_response_iss_parameter_supported": true] }
            let back = try await browser.agree(with: site.provider)
            #expect(try await browser.get(back).status == 401)
            let other = try await browser.agree(with: site.provider)
            #expect(try await browser.get(other + "&iss=https%3A%2F%2Fid.example.org").status == 303)
        }
    }

    @Test func `a sign-in by a provider leads nowhere but to this server`() async throws {
        try await withSite { site, _ in
            for next in [
                "https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "javascript%3Aalert(1)",
                "%2F%0d%0aset-cookie%3Aa%3Db", "%2F%09%2Fevil.example", "@evil.example", "",
            ] {
                var browser = Browser(site: site)
                let back = try await browser.agree(with: site.provider, at: "/sign-in/with/acme?next=\(next)")
                #expect(try await browser.get(back).headers.first(name: "location") == "/", "\(next)")
            }
            var browser = Browser(site: site)
            let long = "%2F" + String(repeating: "a", count: 2040)
            let back = try await browser.agree(with: site.provider, at: "/sign-in/with/acme?next=\(long)")
            #expect(try await browser.get(back).status == 303)
        }
    }

    @Test func `another site cannot begin a sign-in`() async throws {
        try await withSite { site, browser in
            let answer = try await browser.get("/sign-in/with/acme", [("sec-fetch-site", "cross-site")])
            #expect(answer.status == 200 && answer.body.hasPrefix("sign in, then /") && browser.cookies.isEmpty)
            #expect(try await browser.get("/sign-in/with/acme", [("sec-fetch-site", "same-origin")]).status == 303)
        }
    }

    @Test func `a cookie that was made up or changed is none`() async throws {
        try await withSite { site, browser in
            let back = try await browser.agree(with: site.provider)
            let good = try #require(browser.cookies["trimtab-sign-in"])
            for bad in [
                "", "x", String(good.dropLast()), good + "A",
                (good.hasPrefix("B") ? "C" : "B") + good.dropFirst(),
                String(repeating: "A", count: 5000),
                String(good.reversed()),
            ] {
                var other = Browser(site: site, cookies: ["trimtab-sign-in": bad])
                #expect(try await other.get(back).status == 401, "\(bad.prefix(20))")
            }
        }
    }

    @Test func `paths of providers that are not there are those of strangers`() async throws {
        try await withSite { site, browser in
            for path in [
                "/sign-in/with/other", "/sign-in/with/", "/sign-in/with/acme/", "/sign-in/with/acme/return/x",
                "/sign-in/with/../acme", "/sign-in/with/ACME", "/sign-in/with/acme%2Freturn",
            ] {
                let answer = try await browser.get(path)
                #expect(answer.status == 401, "\(path)")
            }
            let posted = try await site.send(.POST, "/sign-in/with/acme")
            #expect(posted.status == 401)
        }
    }

    @Test func `trying answers is slowed down`() async throws {
        try await withSite { site, browser in
            var statuses: [Int] = []
            for number in 0..<30 {
                statuses.append(try await browser.get("/sign-in/with/acme/return?code=a&state=\(number)").status)
            }
            #expect(statuses.first == 401 && statuses.last == 429)
            #expect(try await browser.get("/sign-in/with/acme").status == 429)
        }
    }

    @Test func `two providers are kept apart`() async throws {
        var other = try Self.provider("other", prefix: "partner:")
        other.issuer = "https://id.example.org/other"
        other.browsers?.id = "trimtab"
        let providers = [try Self.provider("acme"), other]
        try await withNetworkSite(roles: Self.roles, providers: providers, pages: PlainPages()) { site in
            site.provider.state.withLock { $0.claims = ["email": "ada@example.org", "groups": ["partner:admins"]] }
            var browser = Browser(site: site)
            // An answer of one at the door of the other.
            let back = try await browser.agree(with: site.provider)
            let wrong = back.replacing("/acme/", with: "/other/")
            #expect(try await browser.get(wrong).status == 401 && browser.cookies["trimtab"] == nil)
            // Neither gives names of the other.
            #expect(try await browser.get(back).status == 303)
            let last = site.drafts.all.withLock(\.last)
            let event = try #require(last)
            #expect(SignedIn(event.payload)?.groups == [])
            site.provider.state.withLock { $0.claims = ["email": "partner:ada@example.org"] }
            var second = Browser(site: site)
            #expect(try await second.get(try await second.agree(with: site.provider)).status == 401)
        }
    }
}
