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
    private let ada = Visitor(Actor("user:ada")) { _ in true }

    private func pages(_ pause: Duration = .zero) -> Pages {
        Pages(clock: { Sample.now }, heartbeat: .milliseconds(5), pause: pause, patience: .seconds(20))
    }

    private func text(_ answer: WebAnswer) -> String {
        guard case .whole(let bytes) = answer.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func header(_ name: String, _ answer: WebAnswer) -> String? {
        answer.headers.first { $0.name == name }?.value
    }

    @Test(arguments: [
        "/", "/drift", "/activity", "/activity/verification", "/targets", "/sources", "/projects",
        "/units/acme/web/prod", "/units/acme/web/prod/sync", "/units/acme/web/prod/rollback",
        "/units/acme/web/prod/pause", "/units/acme/postgres/prod/confirm",
    ])
    func `every page answers, whole and its own part alone`(path: String) async throws {
        let route = try #require(PageRoute(path: Text(path)))
        let whole = await pages().answer(WebRequest(.get, route), Sample.engine, ada)
        #expect(whole.status == 200)
        _ = try StrictHTML(Array(text(whole).utf8))
        let part = await pages().answer(WebRequest(.get, route, wantsPart: true), Sample.engine, ada)
        #expect(text(part).hasPrefix("<main "))
        #expect(text(whole).contains(text(part)))
    }

    @Test func `a unit that is not there is a page of that kind`() async {
        let route = PageRoute.unit(Sample.unit("nothing", "prod"))
        let answer = await pages().answer(WebRequest(.get, route), Sample.engine, ada)
        #expect(answer.status == 404)
    }

    @Test func `an engine that cannot answer is told of`() async {
        let engine = Sample.engine
        await engine.fail(with: APIError(.unavailable, "the engine is <away>"))
        let answer = await pages().answer(WebRequest(.get, .overview), engine, ada)
        #expect(answer.status == 503 && text(answer).contains("the engine is &lt;away&gt;"))
    }

    @Test func `every answer keeps the browser from running what is not ours`() async {
        let asset = WebRequest(.get, .asset(Asset.script.name))
        for request in [WebRequest(.get, .overview), asset, WebRequest(.get, .export), WebRequest(.get, .live)] {
            let answer = await pages().answer(request, Sample.engine, ada)
            let policy = header("content-security-policy", answer) ?? ""
            #expect(policy.hasPrefix("default-src 'none'; ") && !policy.contains("unsafe"))
            #expect(header("x-content-type-options", answer) == "nosniff")
        }
    }

    @Test func `files may be kept for ever, and pages not at all`() async {
        let asset = await pages().answer(WebRequest(.get, .asset(Asset.stylesheet.name)), Sample.engine, ada)
        #expect(header("cache-control", asset)?.contains("immutable") == true)
        let page = await pages().answer(WebRequest(.get, .overview), Sample.engine, ada)
        #expect(header("cache-control", page) == "no-store")
        let old = await pages().answer(WebRequest(.get, .asset("trimtab-000000000000.css")), Sample.engine, ada)
        #expect(old.status == 404)
    }

    private func post(_ act: UnitAct, _ form: Value, _ engine: MemoryOperations) async -> WebAnswer {
        let unit = act == .confirm ? Sample.unit("postgres", "prod") : unit
        return await pages().answer(WebRequest(.post, .act(act, unit), form: form), engine, ada)
    }

    private static let done: [(UnitAct, Value, EventKind)] = [
        (.sync, .object(Object()), .syncEnded), (.pause, ["minutes": "60"], .paused),
        (.resume, .object(Object()), .resumed),
        (.rollback, ["to": .string(Text(Sample.digest(3).hex))], .rolledBack),
        (.undo, .object(Object()), .badLifted),
        (.confirm, ["plan": .string(Text(Sample.digest(9).hex))], .confirmed),
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
        #expect(header("location", answer)?.hasSuffix("/prod?done=\(act.rawValue)") == true)
        let done = try #require(await engine.acts.last)
        #expect(done.event.kind == kind && done.event.actor == ada.actor)
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
        #expect(answer.status == 400 && text(answer).contains("It was not done"))
        #expect(await engine.acts.isEmpty)
    }

    @Test func `looking at a page does nothing`() async {
        let engine = Sample.engine
        for act in UnitAct.allCases {
            _ = await pages().answer(WebRequest(.get, .act(act, unit), query: ["reason": "x"]), engine, ada)
        }
        _ = await pages().answer(WebRequest(.get, .refresh), engine, ada)
        #expect(await engine.acts.isEmpty)
    }

    @Test func `what a visitor may not do is not offered`() async {
        let guest = Visitor(Actor("user:guest")) { $0 == .read }
        let answer = await pages().answer(WebRequest(.get, .unit(unit)), Sample.engine, guest)
        #expect(!text(answer).contains("/units/acme/web/prod/sync"))
        let own = await pages().answer(WebRequest(.get, .unit(unit)), Sample.engine, ada)
        #expect(text(own).contains("/units/acme/web/prod/sync"))
        let sources = await pages().answer(WebRequest(.get, .sources), Sample.engine, guest)
        #expect(!text(sources).contains("method=\"post\""))
    }
}
