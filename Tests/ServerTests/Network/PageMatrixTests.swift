// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import NIOHTTP1
import Server
import TestSupport
import Testing
import Web

/// Every page, asked for by nobody, by somebody of another project, and by somebody who may only read.
@Suite struct PageMatrixTests {
    private static let pages = [
        "/", "/?view=units", "/?view=applications", "/?q=ledger", "/?application=ledger", "/?label=a%3Db", "/drift",
        "/approvals", "/secrets", "/access", "/activity", "/activity/export", "/activity/verification", "/targets",
        "/sources", "/projects",
    ]
    private static let acts = UnitAct.allCases.map(\.rawValue)

    private func site(_ body: @escaping @Sendable (NetworkSite) async throws -> Void) async throws {
        try await withNetworkSite(pages: Pages(clock: { Sample.now }), body)
    }

    private func unitPages(_ unit: String) -> [String] {
        ["/units/acme/\(unit)/prod"] + Self.acts.map { "/units/acme/\(unit)/prod/\($0)" }
    }

    @Test func `every page that is linked to is looked at here`() async throws {
        try await site { site in
            let token = try await site.token("all", Set(Verb.allCases))
            let page = try await site.send(.GET, "/", token: token)
            let links = page.body.components(separatedBy: "href=\"").dropFirst().compactMap {
                $0.split(separator: "\"", maxSplits: 1).first.map(String.init)
            }
            let places = Set(links.compactMap { $0.split(separator: "?").first }.filter { $0.hasPrefix("/") })
            let known = Set(Self.pages.map { $0.split(separator: "?")[0] })
            let others = places.subtracting(known).filter { !$0.hasPrefix("/assets/") && !$0.hasPrefix("/units/") }
            #expect(others.isEmpty, "\(others)")
            #expect(places.count > 8)
        }
    }

    @Test func `strangers see no page and do no act`() async throws {
        try await site { site in
            for path in Self.pages + unitPages("web") + unitPages("absent") + ["/live", "/sources/refresh"] {
                for method in [HTTPMethod.GET, .POST, .HEAD, .PUT] {
                    let answer = try await site.send(method, path)
                    #expect(answer.status == 401, "\(method.rawValue) \(path)")
                    #expect(!answer.body.contains("acme"))
                }
                let person = try await site.send(.GET, path, headers: [("accept", "text/html")])
                #expect(person.status == 303 && person.body.isEmpty, "\(path)")
            }
            #expect(await site.twin.acts.isEmpty)
        }
    }

    @Test func `somebody of another project finds nothing of it on any page`() async throws {
        try await site { site in
            await site.twin.append(.drifted, unit: Sample.unit("ledger", "prod"), summary: "ledger drifted")
            let shop = try await site.token("shop", Set(Verb.allCases), projects: ["shop"])
            let all = try await site.token("all", Set(Verb.allCases))
            var shown = 0
            for path in Self.pages {
                let answer = try await site.send(.GET, path, token: shop)
                // What was asked for stands in the form.
                let isAsked = path.contains("ledger")
                #expect(isAsked || !answer.body.contains("ledger"), "\(path)")
                #expect(!answer.body.contains("acme/ledger") && !answer.body.contains("is secret"), "\(path)")
                if try await site.send(.GET, path, token: all).body.contains("ledger") { shown += 1 }
            }
            #expect(shown >= 5, "where there is something to hide, others see it")
            for (own, absent) in zip(unitPages("ledger"), unitPages("absent")) {
                let hidden = try await site.send(.GET, own, token: shop)
                let none = try await site.send(.GET, absent, token: shop)
                #expect(hidden.status == 404 && none.status == 404, "\(own)")
                #expect(hidden.body.replacing("ledger", with: "absent") == none.body, "\(own)")
            }
        }
    }

    @Test func `whoever may only read does nothing by a form`() async throws {
        try await site { site in
            let reader = try await site.token("reader", [.read])
            let form = [("content-type", "application/x-www-form-urlencoded")]
            let digest = String(repeating: "0", count: 64)
            for unit in ["web", "ledger", "absent"] {
                for act in Self.acts {
                    let answer = try await site.send(
                        .POST, "/units/acme/\(unit)/prod/\(act)", token: reader, headers: form,
                        body: "reason=x&minutes=60&to=\(digest)&plan=\(digest)")
                    #expect([200, 403, 404].contains(answer.status), "\(act): \(answer.status)")
                    #expect(answer.headers.first(name: "location") == nil, "\(act) was done")
                }
            }
            let refresh = try await site.send(.POST, "/sources/refresh", token: reader, headers: form, body: "")
            #expect(refresh.headers.first(name: "location") == nil)
            #expect(await site.twin.acts.isEmpty)
            // By one who may, the same form is an act.
            let other = try await site.token("other", [.read, .pause])
            let answer = try await site.send(
                .POST, "/units/acme/web/prod/pause", token: other, headers: form, body: "reason=x&minutes=60")
            #expect(answer.status == 303, "\(answer.body)")
            #expect(await site.twin.acts.map(\.event.kind) == [.paused])
        }
    }
}
