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
    private func ask(
        _ site: NetworkSite, _ route: MountedRoute, token: String, unit: String
    ) async throws -> NetworkSite.Answer {
        let input = try RouteInputs(route).about(unit)
        switch route.method {
        case .get: return try await site.send(.GET, route.path.string + input, token: token)
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
                let isListing = try RouteInputs(route).isListing
                #expect(isListing ? answer.status == 200 : [403, 404].contains(answer.status), "\(route.path)")
            }
            #expect(await site.twin.acts.isEmpty)
        }
    }

    @Test func `somebody of another project finds nothing of it in any list`() async throws {
        try await withNetworkSite { site in
            let ledger = Sample.unit("ledger", "prod")
            await site.twin.append(.paused, unit: ledger, summary: "ledger")
            let access = SecretAccess(place: "vault:ledger", keys: ["ledger"], version: "1")
            await site.twin.append(
                .secretsRead, unit: ledger, payload: SecretsRead(project: "finance", accesses: [access]).value)
            let shop = try await site.token("shop", Set(Verb.allCases), projects: ["shop"])
            let all = try await site.token("all", Set(Verb.allCases))
            for route in Routes.mounted where route.method == .get && route.permission == .read {
                let inputs = try RouteInputs(route)
                guard inputs.isListing else { continue }
                let path = route.path.string + (try inputs.aboutAll())
                let seen = try await site.send(.GET, path, token: shop)
                #expect(seen.status == 200 && !seen.body.contains("ledger"), "\(route.path): \(seen.body)")
                // Where there is something to hide, it is there for others.
                let whole = try await site.send(.GET, path, token: all)
                #expect(
                    whole.body.contains("ledger")
                        || ["/v1/plan", "/v1/diff", "/v1/targets"].contains(route.path.string))
            }
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
                body: try RouteInputs(MountedRoute(Routes.pause)).about("web@prod"))
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
                    body: try RouteInputs(MountedRoute(Routes.sync)).about("web@prod"))
                #expect(answer.status == 400, "\(type)")
            }
            #expect(await site.twin.acts.isEmpty)
        }
    }
}
