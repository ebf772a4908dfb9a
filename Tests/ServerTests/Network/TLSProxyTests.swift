// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Identity
import Manifest
import Model
import NIOHTTP1
import Server
import TestSupport
import Testing

/// Browsers that reach the server through something that does TLS: what they say is what the proxy hands on, over plain
/// HTTP.
@Suite struct TLSProxyTests {
    private static let origin = "https://hub.example.org"

    private func withProxiedSite(
        providers: [IdentityProvider] = [], _ body: @escaping @Sendable (NetworkSite) async throws -> Void
    ) async throws {
        let external = try ExternalAddress(parsing: Text(Self.origin))
        try await withNetworkSite(providers: providers, external: external, pages: PlainPages(), body)
    }

    /// A form as it comes through a proxy that hands the host on.
    private func post(
        _ site: NetworkSite, _ path: String, _ form: String, host: String = "hub.example.org",
        origin: String = TLSProxyTests.origin, cookie: String? = nil
    ) async throws -> NetworkSite.Answer {
        try await site.send(
            .POST, path,
            headers: [
                ("host", host), ("origin", origin), ("sec-fetch-site", "same-origin"),
                ("content-type", "application/x-www-form-urlencoded"),
            ] + (cookie.map { [("cookie", $0)] } ?? []), body: form)
    }

    /// Signs in by the form; gives the cookie and the token of forms.
    private func signIn(_ site: NetworkSite, host: String) async throws -> (cookie: String, formToken: String) {
        let token = try await site.token("person", [.read, .sync])
        let answer = try await post(site, "/sign-in/token", "token=\(token)&next=%2F", host: host)
        #expect(answer.status == 303 && answer.headers.first(name: "location") == "/", "\(answer.body)")
        #expect(answer.headers.first(name: "strict-transport-security") == "max-age=31536000")
        let set = try #require(answer.headers.first(name: "set-cookie"))
        #expect(set.hasPrefix("__Host-trimtab=") && set.hasSuffix("; Path=/; HttpOnly; SameSite=Lax; Secure"))
        let cookie = try #require(answer.cookie)
        let page = try await site.send(.GET, "/", headers: [("host", host), ("cookie", cookie)])
        #expect(page.body.hasPrefix("token:person "))
        return (cookie, String(page.body.split(separator: " ").last ?? ""))
    }

    @Test(arguments: ["hub.example.org", "hub.example.org:443", "backend:8080"])
    func `behind a proxy that does TLS browsers sign in and act, whatever host it names`(host: String) async throws {
        try await withProxiedSite { site in
            let (cookie, formToken) = try await signIn(site, host: host)
            let page = try await post(site, "/go", "to=%2Fa&_token=\(formToken)", host: host, cookie: cookie)
            #expect(page.status == 303 && page.headers.first(name: "location") == "/a", "\(page.body)")
            let act = try await site.send(
                .POST, "/v1/sync",
                headers: [
                    ("host", host), ("origin", Self.origin), ("sec-fetch-site", "same-origin"), ("cookie", cookie),
                    ("x-trimtab-token", formToken), ("content-type", "application/json"),
                ], body: #"{"units": {"unit": ["acme/web@prod"]}}"#)
            #expect(act.status == 200, "\(act.body)")
            let out = try await post(site, "/sign-out", "", host: host, cookie: cookie)
            #expect(
                out.headers.first(name: "set-cookie")
                    == "__Host-trimtab=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0")
            #expect(try await site.send(.GET, "/v1/status", headers: [("cookie", cookie)]).status == 401)
        }
    }

    @Test func `without being told of the proxy such a form is refused, and the operator is told what to say`()
        async throws
    {
        try await withNetworkSite(pages: PlainPages()) { site in
            let token = try await site.token("person", [.read])
            let answer = try await post(site, "/sign-in/token", "token=\(token)")
            #expect(answer.status == 403 && answer.cookie == nil)
            #expect(answer.body.contains("--external-url"), "\(answer.body)")
            let foreign = try await post(site, "/sign-in/token", "token=\(token)", origin: "https://evil.example")
            #expect(foreign.status == 403 && !foreign.body.contains("--external-url"))
        }
    }

    @Test func `behind a proxy no other origin counts, also not the one that a request names as its host`() async throws
    {
        try await withProxiedSite { site in
            let (cookie, formToken) = try await signIn(site, host: "hub.example.org")
            for (number, (host, origin)) in [
                ("hub.example.org", "https://evil.example"), ("evil.example", "https://evil.example"),
                ("evil.example", "http://evil.example"), ("hub.example.org", "http://hub.example.org"),
                ("hub.example.org", "https://hub.example.org:8443"),
                ("hub.example.org:8443", "https://hub.example.org:8443"),
                ("hub.example.org", "https://hub.example.org.evil.example"),
                ("hub.example.org", "https://a.hub.example.org"),
                ("hub.example.org", "null"), ("localhost:\(site.port)", site.base),
            ].enumerated() {
                let form = "to=%2Fa&_token=\(formToken)"
                let page = try await post(site, "/go", form, host: host, origin: origin, cookie: cookie)
                #expect(page.status == 403, "\(host) \(origin)")
                let token = try await site.token("t\(number)", [.read])
                let begun = try await post(site, "/sign-in/token", "token=\(token)", host: host, origin: origin)
                #expect(begun.status == 403 && begun.cookie == nil, "\(host) \(origin)")
            }
            // A cookie of another name, as a neighbour in the domain could set it, is none.
            let plain = cookie.replacing("__Host-", with: "")
            #expect(try await site.send(.GET, "/v1/status", headers: [("cookie", plain)]).status == 401)
        }
    }

    @Test func `behind a proxy a provider is told the address that browsers know`() async throws {
        let acme = IdentityProvider(
            name: try #require(IdentityProviderName("acme")), issuer: "https://id.example.org",
            browsers: BrowserClient(id: "trimtab"))
        try await withProxiedSite(providers: [acme]) { site in
            let answer = try await site.send(.GET, "/sign-in/with/acme", headers: [("host", "backend:8080")])
            let location = try #require(answer.headers.first(name: "location"))
            let query = try #require(Query.read(location.utf8.drop { $0 != 0x3F }.dropFirst()))
            #expect(query["redirect_uri"]?.stringValue == Text(Self.origin + "/sign-in/with/acme/return"))
            let cookie = try #require(answer.headers.first(name: "set-cookie"))
            #expect(cookie.hasPrefix("__Host-trimtab-sign-in=") && cookie.contains("; Secure"))
        }
    }

    @Test func `who is signed out by then comes back to where the form was`() async throws {
        try await withProxiedSite { site in
            let answer = try await site.send(
                .POST, "/units/a/pause",
                headers: [
                    ("host", "backend:8080"), ("accept", "text/html"), ("referer", Self.origin + "/units/a?tab=plan"),
                    ("content-type", "application/x-www-form-urlencoded"),
                ], body: "reason=x")
            #expect(answer.status == 401 && answer.body.hasPrefix("sign in, then /units/a?tab=plan; "))
        }
    }
}
