// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Manifest
import Model
import NIOCore
import NIOHTTP1
import Server
import SignIn
import Synchronization
import TestSupport
import Testing

/// Sessions in browsers, and what other sites would like them to do.
@Suite struct BrowserTests {
    private func signedIn(
        _ site: NetworkSite, _ verbs: Set<Verb> = [.read, .sync]
    ) async throws -> (cookie: String, formToken: String) {
        let token = try await site.token("person", verbs)
        let answer = try await site.post("/sign-in/token", "token=\(token)&next=%2F")
        let cookie = try #require(answer.cookie)
        let page = try await site.send(.GET, "/", headers: [("cookie", cookie)])
        return (cookie, String(page.body.split(separator: " ").last ?? ""))
    }

    @Test func `a token signs a browser in, with a cookie that scripts cannot read`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let token = try await site.token("person", [.read])
            let answer = try await site.post("/sign-in/token", "token=\(token)&next=%2Funits%3Fa%3Db")
            #expect(answer.status == 303 && answer.headers.first(name: "location") == "/units?a=b")
            let cookie = try #require(answer.headers.first(name: "set-cookie"))
            #expect(cookie.hasPrefix("trimtab=") && cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
            #expect(!cookie.contains(token))
            let page = try await site.send(.GET, "/", headers: [("cookie", try #require(answer.cookie))])
            #expect(page.status == 200 && page.body.hasPrefix("token:person "))
            #expect(site.drafts.all.withLock { $0.map(\.kind) } == [.tokenCreated, .signedIn])
        }
    }

    @Test func `a sign-in leads nowhere but to this server`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let token = try await site.token("wanderer", [.read])
            for next in [
                "https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "javascript%3Aalert(1)", "",
                "evil", "%2F%0d%0aset-cookie%3Aa%3Db", "%2F%09%2Fevil.example",
            ] {
                let answer = try await site.post("/sign-in/token", "token=\(token)&next=\(next)")
                #expect(answer.headers.first(name: "location") == "/", "\(next)")
            }
            // So does a page.
            let (cookie, formToken) = try await signedIn(site)
            let page = try await site.post(
                "/go", "to=%2F%2Fevil.example&_token=\(formToken)", headers: [("cookie", cookie)])
            #expect(page.status == 303 && page.headers.first(name: "location") == "/")
        }
    }

    @Test func `an act of another site is refused, whatever the browser sends along`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let (cookie, formToken) = try await signedIn(site)
            let body = #"{"units": {"unit": ["acme/web@prod"]}}"#
            let json = [("content-type", "application/json"), ("cookie", cookie)]
            let (origin, fetch, token) = (
                ("origin", site.base), ("sec-fetch-site", "same-origin"), ("x-trimtab-token", formToken)
            )
            let other = formToken.hasPrefix("0") ? "1" : "0"
            for headers in [
                [], [token], [origin, fetch], [("origin", "https://evil.example"), fetch, token],
                [origin, ("sec-fetch-site", "cross-site"), token], [origin, ("sec-fetch-site", "same-site"), token],
                [("origin", "null"), token], [origin, fetch, ("x-trimtab-token", other + formToken.dropFirst())],
                [("origin", "http://localhost"), token], [("origin", site.base + ".evil.example"), token],
                [("origin", "https://localhost:\(site.port)"), token],
            ] {
                let answer = try await site.send(.POST, "/v1/sync", headers: json + headers, body: body)
                #expect(answer.status == 403, "\(headers)")
            }
            #expect(await site.twin.acts.isEmpty)
            let answer = try await site.send(.POST, "/v1/sync", headers: json + [origin, fetch, token], body: body)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(await site.twin.acts.map(\.event.actor.text) == ["token:person"])
        }
    }

    @Test func `a form without its page's token is refused`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let (cookie, formToken) = try await signedIn(site)
            for form in [
                "to=%2Fa", "to=%2Fa&_token=", "to=%2Fa&_token=\(formToken)0", "to=%2Fa&_token=1&_token=\(formToken)",
            ] {
                #expect(try await site.post("/go", form, headers: [("cookie", cookie)]).status == 403, "\(form)")
            }
            let other = try await site.send(
                .POST, "/go",
                headers: [
                    ("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie), ("origin", "null"),
                ],
                body: "to=%2Fa&_token=\(formToken)")
            #expect(other.status == 403)
            let good = try await site.post("/go", "to=%2Fa&_token=\(formToken)", headers: [("cookie", cookie)])
            #expect(good.headers.first(name: "location") == "/a")
        }
    }

    @Test func `another site cannot sign a browser in`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let token = try await site.token("attacker", [.read])
            let answer = try await site.send(
                .POST, "/sign-in/token",
                headers: [
                    ("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.example"),
                    ("sec-fetch-site", "cross-site"),
                ], body: "token=\(token)")
            #expect(answer.status == 403 && answer.cookie == nil)
        }
    }

    @Test func `a session ends with sign-out, and with its token`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let (cookie, _) = try await signedIn(site)
            let other = try #require(
                try await site.post("/sign-in/token", "token=\(try await site.token("other", [.read]))").cookie)
            #expect(try await site.post("/sign-out", "", headers: [("cookie", cookie)]).status == 303)
            #expect(try await site.send(.GET, "/v1/status", headers: [("cookie", cookie)]).status == 401)
            #expect(try await site.send(.GET, "/v1/status", headers: [("cookie", other)]).status == 200)
            _ = try await site.tokens.revokeToken(try #require(TokenName("other")), reason: "", actor: .trimtab)
            #expect(try await site.send(.GET, "/v1/status", headers: [("cookie", other)]).status == 401)
        }
    }

    @Test func `two cookies of one name are none`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let (cookie, _) = try await signedIn(site)
            let two = try await site.send(.GET, "/v1/status", headers: [("cookie", "\(cookie); \(cookie)")])
            #expect(two.status == 401)
            #expect(try await site.send(.GET, "/v1/status", headers: [("cookie", "a=b; \(cookie); c")]).status == 200)
        }
    }

    @Test func `an invitation's link lets one browser in, and no program`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let issued = try await site.tokens.invite(
                try #require(TokenName("first")), for: .seconds(900), actor: .trimtab)
            let text = issued.text.withExposed(\.string)
            #expect(try await site.send(.GET, "/v1/status", token: text).status == 401)
            let first = try await site.send(.GET, "/sign-in/link?token=\(text)")
            let cookie = try #require(first.cookie)
            #expect(try await site.send(.GET, "/v1/status", headers: [("cookie", cookie)]).status == 200)
            let second = try await site.send(.GET, "/sign-in/link?token=\(text)")
            #expect(second.cookie == nil)
        }
    }

    @Test func `a link with a token of somebody's own signs nobody in`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let text = try await site.token("mine", [.read])
            #expect(try await site.send(.GET, "/v1/status", token: text).status == 200)
            let answer = try await site.send(.GET, "/sign-in/link?token=\(text)")
            #expect(answer.status == 401 && answer.cookie == nil)
        }
    }

    @Test func `people are led to where they sign in, and programs are told`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let person = try await site.send(
                .GET, "/units?filter=a%26b", headers: [("accept", "text/html,*/*")])
            #expect(person.status == 303)
            #expect(person.headers.first(name: "location") == "/sign-in?next=%2Funits%3Ffilter%3Da%2526b")
            #expect(try await site.send(.GET, "/v1/status").status == 401)
            let page = try await site.send(.GET, "/sign-in?next=%2Funits%3Ffilter%3Da%2526b")
            #expect(page.body == "sign in, then /units?filter=a%26b; ")
            let failed = try await site.post("/sign-in/token", "token=%3Cscript%3E&next=%2F")
            #expect(failed.status == 401 && failed.body == "sign in, then /; This token does not count.")
        }
    }

    @Test func `who fills in a form and is signed out by then is told so, and comes back to where the form was`()
        async throws
    {
        try await withNetworkSite(pages: PlainPages()) { site in
            func send(from page: String?, _ type: String = "application/x-www-form-urlencoded") async throws
                -> NetworkSite.Answer
            {
                let headers =
                    [("accept", "text/html,*/*"), ("content-type", type)] + (page.map { [("referer", $0)] } ?? [])
                return try await site.send(.POST, "/units/a/pause", headers: headers, body: "reason=x")
            }
            let told = "You are signed out, so nothing was done. Sign in, and do it again."
            let answer = try await send(from: site.base + "/units/a?tab=plan")
            #expect(answer.status == 401 && answer.body == "sign in, then /units/a?tab=plan; \(told)")
            for page in [nil, "https://other.example/units/a", site.base + ".example/x", site.base + "//other.example"]
            {
                #expect(try await send(from: page).body == "sign in, then /; \(told)")
            }
            // A program that sends what is no form is told as programs are.
            #expect(try await send(from: nil, "application/json").body.contains("\"error\""))
        }
    }

    @Test func `a file that a browser has is not sent again`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            #expect(try await site.send(.GET, "/assets/style.css").body == "a{}")
            let again = try await site.send(.GET, "/assets/style.css", headers: [("if-none-match", "\"1\"")])
            #expect(again.status == 304 && again.body.isEmpty)
        }
    }

    @Test func `a page that stays open does not keep its session from ending`() async throws {
        let clock = Mutex(Sample.now)
        try await withNetworkSite(now: { clock.withLock(\.self) }, pages: PlainPages()) { site in
            let request = TokenRequest(
                name: try #require(TokenName("person")), scope: TokenScope(verbs: [.read]),
                expires: Sample.now.advanced(by: Sessions.longest), reason: "")
            let token = try await site.tokens.createToken(request, actor: .trimtab).text.withExposed(\.string)
            let cookie = try #require(try await site.post("/sign-in/token", "token=\(token)&next=%2F").cookie)
            func passHour() { clock.withLock { $0 = $0.advanced(by: Sessions.longestIdle / 2) } }
            var opening = HTTPClientRequest(url: site.base + "/v1/events/stream")
            opening.headers.add(name: "cookie", value: cookie)
            opening.headers.add(name: "accept", value: "text/event-stream")
            let stream = try await NetworkSite.client.execute(opening, timeout: .seconds(60))
            #expect(stream.status == .ok)
            var beats = stream.body.makeAsyncIterator()
            passHour()
            // Before each it is looked whether the session is open.
            for _ in 0..<3 { _ = try await beats.next() }
            let headers = [("cookie", cookie), ("x-trimtab-part", "main")]
            #expect(try await site.send(.GET, "/", headers: headers).status == 200)
            passHour()
            #expect(try await site.send(.GET, "/", headers: [("cookie", cookie)]).status == 401)
        }
    }
}
