// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import NIOHTTP1
import Server
import TestSupport
import Testing

/// What somebody gets who does not say who they are.
@Suite struct StrangerTests {
    @Test func `every route refuses strangers, and none tells that it is there`() async throws {
        try await withNetworkSite { site in
            let paths =
                Routes.mounted.map { ($0.method, $0.path.string) }
                + [
                    (.get, "/metrics"), (.get, "/v1/events/stream"), (.get, "/v1/absent"), (.get, "/"),
                    (.get, "/v1/status/"),
                ]
            for (method, path) in paths {
                for method in [HTTPMethod(rawValue: method.rawValue), .GET, .POST, .PUT, .DELETE, .OPTIONS, .HEAD] {
                    let answer = try await site.send(method, path)
                    #expect(answer.status == 401, "\(method.rawValue) \(path)")
                    #expect(answer.headers.first(name: "www-authenticate") == "Bearer realm=\"trimtab\"")
                    if method != .HEAD {
                        #expect(answer.body.contains("sign in first") && !answer.body.contains("acme"), "\(path)")
                    }
                }
            }
            #expect(await site.twin.acts.isEmpty)
        }
    }

    @Test func `nothing but a token or a session says who somebody is`() async throws {
        try await withNetworkSite { site in
            let good = try await site.token("ci", Set(Verb.allCases))
            for headers in [
                [("x-forwarded-user", "root")], [("x-remote-user", "root")], [("x-forwarded-for", "127.0.0.1")],
                [("cookie", "trimtab=\(good)")], [("cookie", "__Host-trimtab=\(good)")],
                [("authorization", "Basic \(good)")], [("authorization", good)], [("authorization", "Bearer")],
                [("authorization", "Bearer ")], [("authorization", "Bearer\t\(good)")],
                [("authorization", "Bearer \(good), Bearer \(good)")], [("authorization", "Bearer x \(good)")],
                [("x-authorization", "Bearer \(good)")], [("token", good)],
            ] {
                let answer = try await site.send(.GET, "/v1/status", headers: headers)
                #expect(answer.status == 401, "\(headers)")
                #expect(!answer.body.contains(good))
            }
            let query = try await site.send(.GET, "/v1/status?token=\(good)&access_token=\(good)")
            #expect(query.status == 401)
            let two = try await site.send(
                .GET, "/v1/status", headers: [("authorization", "Bearer \(good)"), ("authorization", "Bearer \(good)")])
            #expect(two.status == 400)
            #expect(try await site.send(.GET, "/v1/status", token: good).status == 200)
            #expect(
                try await site.send(.GET, "/v1/status", headers: [("authorization", "bearer \(good)")]).status == 200)
        }
    }

    @Test func `strangers learn that the process lives, and not what ails it`() async throws {
        try await withNetworkSite(reasonsNotReady: ["the secret fleet cannot be read"]) { site in
            #expect(try await site.send(.GET, "/healthz").body == "ok\n")
            let readiness = try await site.send(.GET, "/readyz")
            #expect(readiness.status == 503 && readiness.body == "not ready\n")
        }
    }

    @Test func `every answer tells browsers to be careful`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let token = try await site.token("ci", [.read])
            for (path, token) in [
                ("/healthz", nil), ("/v1/status", nil), ("/v1/status", token), ("/v1/absent", token), ("/sign-in", nil),
                ("/assets/style.css", nil), ("/", token),
            ] {
                let headers = try await site.send(.GET, path, token: token).headers
                let policy = headers.first(name: "content-security-policy") ?? ""
                #expect(policy.hasPrefix("default-src 'none'; ") && !policy.contains("unsafe"), "\(path)")
                #expect(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"))
                for (name, value) in [
                    ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"),
                    ("referrer-policy", "same-origin"),
                    ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
                    ("cache-control", "no-store"),
                ] {
                    #expect(headers.first(name: name) == value, "\(name) of \(path)")
                }
                #expect(headers.first(name: "access-control-allow-origin") == nil)
                // Only on TLS.
                #expect(headers.first(name: "strict-transport-security") == nil)
            }
        }
    }

    @Test func `guessing tokens is slowed down, and those who have one are not`() async throws {
        try await withNetworkSite { site in
            let good = try await site.token("ci", [.read])
            var statuses: [Int] = []
            for digit in 0..<30 {
                statuses.append(
                    try await site.send(
                        .GET, "/v1/status", token: "trimtab_ci_" + String(repeating: "\(digit % 10)", count: 64)
                    ).status)
            }
            #expect(statuses.first == 401 && statuses.last == 429)
            #expect(try await site.send(.GET, "/v1/status", token: good).status == 200)
        }
    }
}
