// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct PagesTests {
    private let unit = Sample.unit("web", "prod")

    private func pages() -> Pages { Pages(clock: { Sample.now }, patience: .seconds(20)) }

    @Test(arguments: [
        "/", "/drift", "/approvals", "/activity", "/activity/verification", "/targets", "/sources", "/projects",
        "/secrets", "/access",
        "/units/acme/web/prod", "/units/acme/web/prod/tree", "/units/acme/web/prod/sync",
        "/units/acme/web/prod/rollback",
        "/units/acme/web/prod/pause", "/units/acme/postgres/prod/confirm", "/units/acme/postgres/prod/approve",
        "/units/acme/web/prod/reject",
    ])
    func `every page answers, whole and its own part alone`(path: String) async throws {
        let route = try #require(PageRoute(path: Text(path)))
        let whole = await pages().get(route, of: Sample.engine)
        #expect(whole.status == 200)
        _ = try StrictHTML(Array(whole.text.utf8))
        let part = await pages().get(route, of: Sample.engine, part: true)
        #expect(part.text.hasPrefix("<main "))
        // Where its news begin is said by the whole alone: who has it open knows.
        let place = try Regex("\\?after=[0-9]+&amp;mark=[0-9]+|&amp;after=[0-9]+&amp;mark=[0-9]+")
        #expect(whole.text.replacing(place, with: "").contains(part.text))
    }

    @Test func `a unit that is not there is a page of that kind`() async {
        let route = PageRoute.unit(Sample.unit("nothing", "prod"))
        let answer = await pages().get(route, of: Sample.engine)
        #expect(answer.status == 404)
    }

    @Test func `an engine that cannot answer is told of`() async {
        let engine = Sample.engine
        await engine.fail(with: APIError(.unavailable, "the engine is <away>"))
        let answer = await pages().get(.overview, of: engine)
        #expect(answer.status == 503 && answer.text.contains("the engine is &lt;away&gt;"))
    }

    @Test func `files may be kept for ever, and pages not at all`() async throws {
        let asset = try #require(pages().asset(at: Asset.stylesheet.link.text))
        #expect(asset.cacheControl.string.contains("immutable") && asset.body == Asset.stylesheet.bytes)
        #expect(await pages().get(.overview, of: Sample.engine).cacheControl == "no-store")
        #expect(pages().asset(at: "/assets/trimtab-000000000000.css") == nil)
        #expect(pages().asset(at: "/activity") == nil)
    }

    private func post(_ act: UnitAct, _ form: Value, _ engine: MemoryOperations) async -> PageAnswer {
        let unit = [.confirm, .approve, .reject].contains(act) ? Sample.unit("postgres", "prod") : unit
        return await pages().post(.act(act, unit), of: engine, form: form)
    }

    private static let done: [(UnitAct, Value, EventKind)] = [
        (.sync, .object(Object()), .syncEnded), (.pause, ["minutes": "60"], .paused),
        (.resume, .object(Object()), .resumed),
        (.rollback, ["to": .string(Text(Sample.digest(3).hex))], .rolledBack),
        (.undo, .object(Object()), .badLifted),
        (.confirm, ["plan": .string(Text(Sample.digest(9).hex))], .confirmed),
        (.approve, ["plan": .string(Text(Sample.digest(9).hex))], .approved),
        (.reject, ["plan": .string(Text(Sample.digest(9).hex))], .rejected),
    ]

    @Test(arguments: done)
    func `what is asked for is done in the visitor's name, with the reason`(
        act: UnitAct, form: Value, kind: EventKind
    ) async throws {
        let engine = Sample.engine
        var form = form
        _ = form.editObject { $0["reason"] = "because <it> must" }
        let answer = await post(act, form, engine)
        #expect(answer.status == 303)
        #expect(answer.location?.string.hasSuffix("/prod?done=\(act.rawValue)") == true)
        let done = try #require(await engine.acts.last)
        #expect(done.event.kind == kind && done.event.actor == Visitor.ada.actor)
        #expect(done.event.payload["reason"] == "because <it> must")
    }

    @Test(arguments: UnitAct.allCases)
    func `what has to be explained is not done without a reason`(act: UnitAct) async {
        let engine = Sample.engine
        let form: Value = [
            "minutes": "60", "to": .string(Text(Sample.digest(3).hex)), "plan": .string(Text(Sample.digest(9).hex)),
            "reason": "  ",
        ]
        let answer = await post(act, form, engine)
        #expect(await engine.acts.isEmpty == (act.needsReason || act == .cancel))
        #expect((answer.status == 400) == act.needsReason)
    }

    @Test(arguments: ["", "0", "-5", "43201", "9999999999999999999", "an hour"])
    func `a pause has an end that can be told`(minutes: String) async {
        let engine = Sample.engine
        let answer = await post(.pause, ["minutes": .string(Text(minutes)), "reason": "x"], engine)
        #expect(answer.status == 400 && answer.text.contains("It was not done"))
        #expect(await engine.acts.isEmpty)
    }

    @Test func `looking at a page does nothing`() async {
        let engine = Sample.engine
        for act in UnitAct.allCases {
            _ = await pages().get(.act(act, unit), of: engine, query: ["reason": "x"])
        }
        _ = await pages().get(.refresh, of: engine)
        #expect(await engine.acts.isEmpty)
    }

    @Test func `what a visitor may not do has no form`() async {
        for act in UnitAct.allCases {
            let page = await pages().get(.act(act, unit), of: Sample.engine, by: .guest)
            #expect(!page.text.contains("<form class=\"form"), "\(act)")
        }
        for (act, words) in [(UnitAct.pause, "pause here"), (.sync, "sync here")] {
            let page = await pages().get(.act(act, unit), of: Sample.engine, by: .guest)
            #expect(page.text.contains("Your roles do not let you \(words)."))
            let own = await pages().get(.act(act, unit), of: Sample.engine)
            #expect(own.text.contains("<form class=\"form"))
        }
    }

    @Test func `what a visitor may not do is not offered`() async {
        let answer = await pages().get(.unit(unit), of: Sample.engine, by: .guest)
        #expect(!answer.text.contains("/units/acme/web/prod/sync"))
        let own = await pages().get(.unit(unit), of: Sample.engine)
        #expect(own.text.contains("/units/acme/web/prod/sync"))
        let sources = await pages().get(.sources, of: Sample.engine, by: .guest)
        #expect(!sources.text.contains("/sources/refresh"))
    }
}
