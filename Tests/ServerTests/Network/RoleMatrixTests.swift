// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import NIOHTTP1
import Server
import TestSupport
import Testing

/// Every route, asked by somebody of another project, by somebody without the right verb, and by somebody with it.
@Suite struct RoleMatrixTests {
    private static let digest = String(repeating: "0", count: 64)

    /// What to send for something about a unit, or about the whole fleet.
    private static func input(_ path: String, unit: String) -> String {
        switch path {
        case "/v1/status", "/v1/diff", "/v1/plan", "/v1/events": "?unit=acme/\(unit)"
        case "/v1/status/past": "?unit=acme/\(unit)&time=2026-11-01T00:00:00Z"
        case "/v1/render", "/v1/explain", "/v1/history", "/v1/commits": "?unit=acme/\(unit)"
        case "/v1/access": "?verb=read&unit=acme/\(unit)"
        case "/v1/sync", "/v1/cancel", "/v1/resume": #"{"units": {"unit": ["acme/\#(unit)"]}}"#
        case "/v1/pause": #"{"units": {"unit": ["acme/\#(unit)"]}, "until": "2030-01-01T00:00:00Z"}"#
        case "/v1/rollback", "/v1/rollback/undo", "/v1/adopt": #"{"unit": "acme/\#(unit)"}"#
        case "/v1/confirm", "/v1/approve", "/v1/reject": #"{"unit": "acme/\#(unit)", "plan": "\#(digest)"}"#
        case "/v1/refresh": #"{"sources": ["\#(unit.split(separator: "@")[0])"]}"#
        case "/v1/accept": #"{"source": "shop"}"#
        case "/v1/tokens/create": #"{"name": "new", "verbs": ["read"], "expires": "2026-11-30T00:00:00Z"}"#
        case "/v1/tokens/revoke": #"{"name": "nobody"}"#
        default: "{}"
        }
    }

    private func ask(
        _ site: NetworkSite, _ route: MountedRoute, token: String, unit: String
    ) async throws -> NetworkSite.Answer {
        let input = Self.input(route.path.string, unit: unit)
        switch route.method {
        case .get: return try await site.send(.GET, route.path.string + (input == "{}" ? "" : input), token: token)
        case .post:
            return try await site.send(
                .POST, route.path.string, token: token, headers: [("content-type", "application/json")], body: input)
        }
    }

    @Test func `somebody of another project gets nothing of a unit from any route`() async throws {
        try await withNetworkSite { site in
            let shop = try await site.token("shop", Set(Verb.allCases), projects: ["shop"])
            for route in Routes.mounted {
                let answer = try await ask(site, route, token: shop, unit: "ledger@prod")
                let absent = try await ask(site, route, token: shop, unit: "nothere@prod")
                #expect(answer.status == absent.status, "\(route.path)")
                #expect(
                    answer.body.replacing("ledger", with: "nothere") == absent.body,
                    "\(route.path): \(answer.body) \(absent.body)")
                let isListing = [
                    "/v1/status", "/v1/status/past", "/v1/diff", "/v1/plan", "/v1/events", "/v1/access",
                ].contains(route.path.string)
                #expect(isListing ? answer.status == 200 : [403, 404].contains(answer.status), "\(route.path)")
            }
            #expect(await site.twin.acts.isEmpty)
        }
    }

    @Test func `every verb opens its own routes and no others`() async throws {
        try await withNetworkSite { site in
            let none = try await site.token("none")
            for route in Routes.mounted {
                let answer = try await ask(site, route, token: none, unit: "web@prod")
                #expect(answer.status == (route.permission == nil ? 200 : 403), "\(route.path) without any right")
            }
            for verb in Verb.allCases {
                let token = try await site.token(
                    Text("only-\(verb.rawValue)"), verb == .read ? [.read] : [.read, verb])
                for route in Routes.mounted {
                    guard let needed = route.permission, needed != verb, needed != .read else { continue }
                    let answer = try await ask(site, route, token: token, unit: "web@prod")
                    #expect(answer.status == 403, "\(route.path) with \(verb)")
                }
            }
            #expect(await site.twin.acts.isEmpty)
        }
    }

    @Test func `what is allowed is done, in the token's name`() async throws {
        try await withNetworkSite { site in
            let token = try await site.token("ci", [.read, .pause], projects: ["shop"])
            let answer = try await site.send(
                .POST, "/v1/pause", token: token, headers: [("content-type", "application/json")],
                body: Self.input("/v1/pause", unit: "web@prod"))
            #expect(answer.status == 200, "\(answer.body)")
            #expect(await site.twin.acts.map(\.event.actor.text) == ["token:ci"])
        }
    }

    @Test func `an act is JSON and says so`() async throws {
        try await withNetworkSite { site in
            let token = try await site.token("ci", [.read, .sync])
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
                let answer = try await site.send(
                    .POST, "/v1/sync", token: token, headers: [("content-type", type)],
                    body: Self.input("/v1/sync", unit: "web@prod"))
                #expect(answer.status == 400, "\(type)")
            }
            #expect(await site.twin.acts.isEmpty)
        }
    }
}
