// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct UnitPageTests {
    private let unit = Sample.unit("web", "prod")

    private func page(
        hasOwners: Bool = false, _ change: (inout UnitView) -> Void = { _ in }
    ) async throws -> String {
        var view = try await UnitView.look(up: unit, Sample.engine, hasOwners: hasOwners)
        change(&view)
        let bytes = UnitPage(view, .ada, now: Sample.now).content.main.bytes
        _ = try StrictHTML(bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `what differs from Git comes first, with its fields and who changed them`() async throws {
        let page = try await page()
        let (changed, same) = (try #require(page.range(of: "/etc/nginx/nginx.conf")), page.range(of: "As Git says"))
        #expect(same.map { changed.lowerBound < $0.lowerBound } ?? true)
        #expect(page.contains("by uid 1000") && page.contains("spec.mode"))
        #expect(page.contains("<del>&quot;0644&quot;</del><ins>&quot;0666&quot;</ins>"))
        #expect(page.contains("Service/nginx is not running"))
    }

    @Test func `a field says who holds it, where somebody asks and the target records that`() async throws {
        #expect(try await !self.page().contains("Held by"))
        let asked = await Pages(clock: { Sample.now }).get(.unit(unit), of: Sample.engine, query: ["owners": "1"]).text
        #expect(asked.contains("Held by <strong>kubectl-edit</strong>"))
        let page = try await page(hasOwners: true)
        #expect(page.contains("Held by <strong>kubectl-edit</strong>") && page.contains("2026-11-23T09:29:57"))
        #expect(page.contains("<strong>trimtab</strong>, which declares it"))
    }

    @Test func `what lies beneath the objects is a page of its own, which is read when it is opened`() async throws {
        let page = try await page {
            $0.rendered = .success(
                RenderedUnit(
                    unit: unit, version: Sample.version("a"), renderDigest: Sample.digest(1),
                    items: [
                        .init(
                            object: ObjectID(group: "apps", kind: "Deployment", namespace: "shop", name: "web"),
                            wave: 0, origin: "", manifest: .null)
                    ]))
        }
        #expect(page.contains("/units/acme/web/prod/tree") && !page.contains("CrashLoopBackOff"))
        let hosts = try await self.page()
        #expect(!hosts.contains("/units/acme/web/prod/tree"), "things of a host own nothing")
        let answer = await Pages(clock: { Sample.now }).get(.tree(unit), of: Sample.engine)
        let tree = answer.text
        let places = try ["Deployment", "web-5d9c-x7k2p", "12 restarts", "web-5d9c-a1b2c"].map {
            try #require(tree.range(of: $0)?.lowerBound, "\($0)")
        }
        #expect(places == places.sorted())
        #expect(tree.contains("ended before: OOMKilled (exit code 137)") && tree.contains("EndpointSlice objects"))
        #expect(!tree.contains("data-live"), "a page that reads the target does not read it again by itself")
    }

    @Test func `a part that cannot be looked up leaves the others`() async throws {
        let page = try await page { $0.drift = .failure(APIError(.timedOut, "the target is slow")) }
        #expect(page.contains("the target is slow") && page.contains("What happened") && page.contains("index"))
    }

    @Test func `a unit of a plain folder has no commits, which is no failure`() async throws {
        let page = try await page { $0.commits = .failure(APIError(.conflict, "has no history")) }
        #expect(!page.contains("has no history"))
    }

    @Test func `a secret that strays into a view is not shown`() async throws {
        let secret = Value.secret(Secret("canary-4711"))
        let fields = [
            FieldDifference(path: ["a"], old: secret, new: secret),
            FieldDifference(path: ["b"], old: ["x": [secret]], new: nil),
        ]
        let page = try await page {
            $0.drift = .success(
                DriftReport(
                    unit: unit, version: Sample.version("a"), items: [.init(object: Sample.file("/x"), fields: fields)])
            )
        }
        #expect(!page.contains("canary-4711") && page.contains("&lt;secret&gt;"))
    }

    @Test func `a timeline is in order, newest first, and has an end`() {
        let events = (0..<200).map { index in
            EventView(
                event: Event(
                    id: EventID(writer: "x", incarnation: 1, sequence: UInt64(index + 1)),
                    time: Sample.now.advanced(by: .seconds(-index * 100)),
                    draft: EventDraft(kind: .paused, unit: unit, payload: [:])), summary: "")
        }
        let times = Timeline(commits: Sample.commits, history: Sample.history, events: events).moments.map(\.time)
        #expect(times == times.sorted(by: >) && times.count == 60)
    }

    @Test func `back goes only to what was well here and is not bad`() {
        #expect(RollbackChoices(Sample.history).entries.map(\.renderDigest) == [Sample.digest(3)])
        var never = Sample.history
        never[2].wasHealthy = false
        #expect(RollbackChoices(never).entries.isEmpty)
    }

    @Test func `a rollback is shown before it is done`() async throws {
        let pages = Pages(clock: { Sample.now })
        let answer = await pages.get(.act(.rollback, unit), of: Sample.engine)
        let page = answer.text
        #expect(page.contains("What it would change") && page.contains("/srv/site/old.html"))
        #expect(page.contains("value=\"\(Sample.digest(3).hex)\""))
    }
}
