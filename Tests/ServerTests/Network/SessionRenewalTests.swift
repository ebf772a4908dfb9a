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

/// How long what a provider said of somebody counts, and how it is asked again.
@Suite struct SessionRenewalTests {
    private static let roles = """
        kind: RoleBinding
        metadata: {name: shop}
        spec: {role: viewer, to: [{group: shop-developers}], projects: [shop]}
        """

    private final class Clock: Sendable {
        let time = Mutex(Sample.now)

        func pass(_ minutes: Int) { time.withLock { $0 = $0.advanced(by: .seconds(minutes * 60)) } }
    }

    /// Somebody's browser, which follows nothing by itself.
    private struct Browser {
        let site: NetworkSite
        var cookies: [String: String] = [:]

        static let page = [("accept", "text/html,*/*"), ("sec-fetch-mode", "navigate")]

        mutating func get(
            _ path: String, _ headers: [(String, String)] = Browser.page
        ) async throws -> NetworkSite.Answer {
            let kept = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
            let answer = try await site.send(.GET, path, headers: headers + [("cookie", kept)])
            for header in answer.headers["set-cookie"] {
                let pair = header.split(separator: ";")[0].split(separator: "=", omittingEmptySubsequences: false)
                cookies[String(pair[0])] = header.contains("Max-Age=0") ? nil : String(pair[1])
            }
            return answer
        }

        /// The address that the provider sends it back to, where it was sent there; `nil` where it was not.
        mutating func sentAway(_ path: String = "/units?a=b", isAnswered: Bool = true) async throws -> String? {
            let answer = try await get(path)
            guard let location = answer.headers.first(name: "location"), location.hasPrefix("https://id.example.org/")
            else { return nil }
            let brought = try site.provider.agree(to: Text(location))
            let word = isAnswered ? "code=\(brought["code"] ?? "")" : "error=login_required"
            return "/sign-in/with/acme/return?\(word)&state=\(brought["state"] ?? "")"
        }

        mutating func signIn() async throws {
            let back = try #require(try await sentAway("/sign-in/with/acme"))
            _ = try await get(back)
            #expect(cookies.keys.sorted() == ["trimtab"])
        }
    }

    private func withSite(
        _ body: @escaping @Sendable (NetworkSite, Clock, inout Browser) async throws -> Void
    ) async throws {
        let clock = Clock()
        let provider = IdentityProvider(
            name: try #require(IdentityProviderName("acme")), issuer: "https://id.example.org",
            browsers: BrowserClient(id: "trimtab", secret: Secret("hush")))
        try await withNetworkSite(
            roles: Self.roles, now: { clock.time.withLock(\.self) }, providers: [provider], pages: PlainPages()
        ) { site in
            Self.say(site, ["shop-developers"])
            var browser = Browser(site: site)
            try await browser.signIn()
            try await body(site, clock, &browser)
        }
    }

    private static func say(_ site: NetworkSite, name: Value = "ada@example.org", _ groups: Value) {
        site.provider.state.withLock { $0.claims = ["email": name, "groups": groups] }
    }

    private func signIns(_ site: NetworkSite) -> Int {
        site.drafts.all.withLock { $0.count { $0.kind == .signedIn } }
    }

    @Test func `groups that the provider took away are gone after a quarter of an hour`() async throws {
        try await withSite { site, clock, browser in
            Self.say(site, [])
            clock.pass(14)
            #expect(try await browser.sentAway() == nil)
            clock.pass(2)
            let before = browser.cookies
            let location = try #require(try await browser.get("/units?a=b").headers.first(name: "location"))
            #expect(location.contains("prompt=none&id_token_hint=ey") && location.contains("code_challenge="))
            clock.pass(15)
            let back = try #require(try await browser.sentAway())
            let answer = try await browser.get(back)
            #expect(answer.status == 303 && answer.headers.first(name: "location") == "/units?a=b")
            #expect(browser.cookies == before, "it is the same session")
            #expect(try await browser.get("/v1/status", []).status == 403)
            #expect(signIns(site) == 2)
            let last = site.drafts.all.withLock(\.last)
            #expect(last.flatMap { SignedIn($0.payload) }?.groups == [])
        }
    }

    @Test func `neither a filter of a page is led away, nor anybody while a sign-in is under way`() async throws {
        try await withSite { site, clock, browser in
            clock.pass(16)
            let filter = Browser.page + [("referer", "https://hub.example.org/units")]
            #expect(try await browser.get("/units?a=b", filter).headers.first(name: "location") == nil)
            _ = try await browser.get("/sign-in/with/acme")
            #expect(try await browser.sentAway() == nil, "its answer needs the cookie that is there")
            clock.pass(11)
            #expect(try await browser.sentAway() != nil)
        }
    }

    @Test func `what has not changed is on record once, and forms that are open still count`() async throws {
        try await withSite { site, clock, browser in
            let page = try await browser.get("/").body
            for _ in 0..<3 {
                clock.pass(16)
                let back = try #require(try await browser.sentAway())
                _ = try await browser.get(back)
                #expect(try await browser.get("/").body == page, "with the same token in its forms")
            }
            #expect(signIns(site) == 1)
        }
    }

    @Test func `a session lasts an hour without a word of the provider`() async throws {
        try await withSite { _, clock, browser in
            for _ in 0..<3 {
                clock.pass(19)
                let answer = try await browser.get("/v1/status", [])
                #expect(answer.status == 200)
            }
            clock.pass(3)
            let answer = try await browser.get("/v1/status", [])
            #expect(answer.status == 401)
        }
    }

    @Test func `a session is over when the provider would have to ask`() async throws {
        try await withSite { _, clock, browser in
            clock.pass(16)
            let back = try #require(try await browser.sentAway(isAnswered: false))
            let answer = try await browser.get(back)
            #expect(answer.status == 401 && answer.body.contains("does not vouch for you any more"))
            #expect(browser.cookies.isEmpty)
            #expect(try await browser.get("/v1/status", []).status == 401)
        }
    }

    @Test func `nobody becomes somebody else on the way`() async throws {
        try await withSite { site, clock, browser in
            let session = browser.cookies
            clock.pass(16)
            Self.say(site, name: "eve@example.org", ["shop-developers"])
            let back = try #require(try await browser.sentAway())
            #expect(try await browser.get(back).status == 401)
            #expect(browser.cookies.isEmpty && signIns(site) == 1)
            var thief = Browser(site: site, cookies: session)
            #expect(try await thief.get("/v1/status", []).status == 401)
        }
    }

    @Test func `an answer of somebody else's browser ends no session`() async throws {
        try await withSite { site, clock, browser in
            clock.pass(16)
            var attacker = Browser(site: site)
            let back = try #require(try await attacker.sentAway("/sign-in/with/acme", isAnswered: false))
            #expect(try await browser.get(back).status == 401)
            #expect(browser.cookies.keys.contains("trimtab"))
            #expect(try await browser.get("/v1/status", []).status == 200)
        }
    }

    @Test func `a provider that does not answer holds nobody up a second time`() async throws {
        try await withSite { site, clock, browser in
            clock.pass(16)
            // The browser stands before a page that does not come, and its owner goes back.
            #expect(try await browser.sentAway() != nil)
            #expect(try await browser.get("/").body.hasPrefix("oidc:ada@example.org "))
            clock.pass(16)
            let back = try #require(try await browser.sentAway())
            site.provider.state.withLock { $0.isAway = true }
            #expect(try await browser.get(back).headers.first(name: "location") == "/units?a=b")
            #expect(try await browser.get("/").status == 200)
        }
    }

    @Test func `only who loads a page is led away, and nobody behind a form`() async throws {
        try await withSite { site, clock, browser in
            clock.pass(16)
            let others = [
                ("/v1/status", [("accept", "text/html")]), ("/", [("accept", "*/*")]),
                ("/", [("accept", "text/html"), ("x-trimtab-part", "main")]),
                ("/", [("accept", "text/html"), ("sec-fetch-mode", "cors")]),
            ]
            for (path, headers) in others { #expect(try await browser.get(path, headers).status == 200, "\(path)") }
            // A browser would not follow a form to the provider.
            let kept = browser.cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
            _ = try await site.post("/go", "to=/", headers: [("cookie", kept)])
            #expect(try await browser.sentAway() == nil)
            clock.pass(1)
            #expect(try await browser.sentAway() != nil)
        }
    }
}
