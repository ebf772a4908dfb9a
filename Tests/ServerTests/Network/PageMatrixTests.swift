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
    private static let pages = PagePlace.allCases.filter(\.isOfFleet).flatMap { $0.links("acme/web/prod") }
    private static let acts = UnitAct.allCases.map(\.rawValue)

    private func site(_ body: @escaping @Sendable (NetworkSite) async throws -> Void) async throws {
        try await withNetworkSite(pages: Pages(clock: { Sample.now }), body)
    }

    private func unitPages(_ unit: String) -> [String] {
        PagePlace.allCases.filter(\.isOfUnit).flatMap { $0.links("acme/\(unit)/prod") }
    }

    @Test(arguments: PagePlace.allCases) func `every place is asked for by its own links`(place: PagePlace) {
        let links = place.links("acme/web/prod")
        #expect(!links.isEmpty)
        for link in links { #expect(PagePlace(link: link) == place, "\(link)") }
    }

    /// Links that were found and are to be followed, each once.
    private struct Crawl {
        private var queue = ["/"]
        private var seen: Set<String> = ["/"]
        private var variants: [String: Int] = [:]
        /// Filters of filters are as many as one likes.
        private static let mostVariants = 12

        mutating func next() -> String? { queue.popLast() }

        /// What a page links to, and where its forms lead.
        mutating func add(_ page: String) {
            for start in ["href=\"", "action=\""] {
                for piece in page.components(separatedBy: start).dropFirst() {
                    let link = String(piece.prefix { $0 != "\"" && $0 != "#" }).replacing("&amp;", with: "&")
                    if link.hasPrefix("/"), !link.hasPrefix("//") { add(link: link) }
                }
            }
        }

        private mutating func add(link: String) {
            let path = String(link.prefix { $0 != "?" })
            guard variants[path, default: 0] < Self.mostVariants, seen.insert(link).inserted else { return }
            variants[path, default: 0] += 1
            queue.append(link)
        }
    }

    private static func crawl(_ site: NetworkSite) async throws -> Set<PagePlace> {
        let token = try await site.token("all", Set(Verb.allCases))
        var crawl = Crawl()
        var reached: Set<PagePlace> = []
        while let link = crawl.next() {
            // The server's own, which takes forms alone.
            if link == "/sign-out" { continue }
            guard let place = PagePlace(link: link) else {
                Issue.record("\(link) leads nowhere")
                continue
            }
            reached.insert(place)
            // A form's own place, and what is no page.
            if place == .refresh || place == .export { continue }
            let answer = try await site.send(.GET, link, token: place.isOpen ? nil : token)
            #expect(answer.status == 200, "\(link)")
            if !place.isOpen { crawl.add(answer.body) }
        }
        return reached
    }

    @Test func `every link of every page leads to a place that is looked at here`() async throws {
        try await site { site in
            let reached = try await Self.crawl(site)
            let unlinked = Set(PagePlace.allCases).subtracting(reached)
            // The script opens the one, and units of a cluster alone link to the other.
            #expect(unlinked == [.live, .tree])
        }
    }

    @Test func `strangers see no page and do no act`() async throws {
        try await site { site in
            let others = (PagePlace.live.links("acme/web/prod") + PagePlace.refresh.links("acme/web/prod"))
            for path in Self.pages + unitPages("web") + unitPages("absent") + others {
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
