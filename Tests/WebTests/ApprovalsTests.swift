// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct ApprovalsTests {
    private let unit = Sample.unit("web", "prod")
    private let digest = Sample.digest(3)
    private let lead = Visitor(
        Principal.user("grace", groups: ["shop-leads"]) ?? .local(user: "nobody"), may: [.read, .approve])

    private func status(_ approval: ApprovalView?) -> UnitStatus {
        var status = Sample.shop
        status.block = Block(
            reason: "waits for approval: 0 of 2: run trimtab approve", plan: digest, approval: approval)
        return status
    }

    private var asked: ApprovalView {
        ApprovalView(from: ["shop-leads"], needed: 2, notAuthor: true, approvers: [Actor("oidc:ada")])
    }

    private func event(_ kind: EventKind, by actor: Actor = .trimtab, ago: Int, plan: Digest? = nil) -> EventView {
        let payload: Value = ["plan": .string(Text((plan ?? digest).hex)), "reason": "looks right"]
        return EventView(
            event: Event(
                id: EventID(writer: "x", incarnation: 1, sequence: 1), time: Sample.now.advanced(by: .seconds(-ago)),
                draft: EventDraft(kind: kind, unit: unit, actor: actor, payload: payload)), summary: "")
    }

    private func text(_ page: PageContent) throws -> String {
        _ = try StrictHTML(page.document(for: lead).bytes)
        return String(decoding: page.main.bytes, as: UTF8.self)
    }

    private func decide(
        _ act: UnitAct, _ status: UnitStatus, _ plan: PlanView = Sample.plan, by visitor: Visitor
    ) throws -> String {
        let matter = DecisionPage.Matter(
            waiting: WaitingPlan(status), plan: .success(plan), commits: Array(Sample.commits.prefix(1)))
        return try text(DecisionPage(act, status, matter, visitor, now: Sample.now).content)
    }

    @Test func `what waits is told with who has agreed, and since when`() throws {
        let events = [
            event(.planBlocked, ago: 600), event(.planBlocked, ago: 60, plan: Sample.digest(7)),
            event(.approved, by: Actor("oidc:ada"), ago: 30), event(.planBlocked, ago: 20),
        ]
        let plan = try #require(WaitingPlan(status(asked), events))
        #expect(plan.since == Sample.now.advanced(by: .seconds(-600)) && plan.missing == 1)
        #expect(plan.words.map(\.actor) == [Actor("oidc:ada")])
        let page = try text(ApprovalsPage([status(asked)], events, lead, movable: [unit], now: Sample.now).content)
        #expect(page.contains("Waits for 1 of 2 approvals") && page.contains("shop-leads"))
        #expect(page.contains("oidc:ada") && page.contains("looks right") && page.contains("held back <time"))
        #expect(page.contains("/units/acme/web/prod/approve") && page.contains("Look and decide"))
        #expect(!page.contains("run trimtab"))
    }

    @Test func `the last word of each counts`() throws {
        let ada = Actor("oidc:ada")
        let events = [event(.rejected, by: ada, ago: 60), event(.approved, by: ada, ago: 30)]
        #expect(WaitingPlan(status(asked), events)?.words.map(\.kind) == [.approved])
    }

    @Test func `what waits for the visitor can be had alone`() throws {
        let units = [status(asked), Sample.database]
        let mine = ApprovalsQuery(["mine": "1"])
        let page = try text(ApprovalsPage(units, [], lead, movable: [unit], mine, now: Sample.now).content)
        #expect(page.contains("web on prod") && !page.contains("postgres on prod"))
        let stranger = Visitor(
            Principal.user("eve", groups: ["others"]) ?? .local(user: "nobody"), may: [.read, .approve])
        // A right elsewhere is none here.
        let elsewhere = ApprovalsPage(units, [], lead, movable: [Sample.database.unit], mine, now: Sample.now).content
        #expect(try !text(elsewhere).contains("web on prod"))
        let other = try text(ApprovalsPage(units, [], stranger, movable: [unit], mine, now: Sample.now).content)
        #expect(!other.contains("web on prod"))
        let all = try text(ApprovalsPage(units, [], stranger, movable: Set(units.map(\.unit)), now: Sample.now).content)
        #expect(all.contains("web on prod") && all.contains("postgres on prod"))
    }

    @Test func `every change is shown to who decides, and the form names exactly that plan`() throws {
        let page = try decide(.approve, status(asked), by: lead)
        #expect(page.contains("/etc/nginx/nginx.conf") && page.contains("worker_processes 2"))
        #expect(page.contains("/srv/site/old.html") && page.contains("Serve more") && page.contains("Ada &lt;ada@"))
        #expect(page.contains("name=\"plan\" value=\"\(digest.hex)\""))
        #expect(page.contains("formaction=\"/units/acme/web/prod/reject\""))
    }

    @Test func `nobody decides about a plan that was not shown to them`() throws {
        var other = Sample.plan
        other.plan?.digest = Sample.digest(8)
        let page = try decide(.approve, status(asked), other, by: lead)
        #expect(page.contains("another one") && !page.contains("<form"))
        let confirm = try decide(.confirm, Sample.database, by: .ada)
        #expect(!confirm.contains("<form"))
    }

    @Test func `who is not asked sees why there is no form`() throws {
        let stranger = Visitor(
            Principal.user("eve", groups: ["others"]) ?? .local(user: "nobody"), may: [.read, .approve])
        let page = try decide(.approve, status(asked), by: stranger)
        #expect(page.contains("none of those who are asked") && !page.contains("<form"))
        let reader = Visitor(Principal.user("eve", groups: ["shop-leads"]) ?? .local(user: "nobody"), may: [.read])
        #expect(try decide(.approve, status(asked), by: reader).contains("Your roles do not let you approve"))
    }

    @Test func `who has spoken may think again`() throws {
        var approval = asked
        approval.approvers = [lead.actor]
        #expect(try decide(.approve, status(approval), by: lead).contains("You have approved it"))
        #expect(try #require(WaitingPlan(status(approval))).missing == 1)
        approval.rejectedBy = lead.actor
        approval.approvers = []
        let page = try decide(.approve, status(approval), by: lead)
        #expect(page.contains("You have rejected it") && page.contains("Rejected by oidc:grace"))
    }

    @Test func `the glass is there for those who may do everything, and asks for a reason`() async throws {
        #expect(try decide(.approve, status(asked), by: .ada).contains("Break the glass"))
        #expect(try !decide(.approve, status(asked), by: lead).contains("Break the glass"))
        let (engine, pages) = (Sample.engine, Pages(clock: { Sample.now }))
        let route = PageRoute.act(.approve, Sample.unit("postgres", "prod"))
        var form: Value = ["plan": .string(Text(Sample.digest(9).hex)), "glass": "broken", "reason": " \n"]
        #expect(await pages.post(route, of: engine, form: form).status == 400)
        #expect(await engine.acts.isEmpty)
        _ = form.editObject { $0["reason"] = "prod is down\r\nnobody is awake" }
        #expect(await pages.post(route, of: engine, form: form).status == 303)
        let done = try #require(await engine.acts.last?.event.payload(as: Approved.self))
        #expect(done.isBreakGlass && done.reason == "prod is down nobody is awake")
    }

    @Test func `a long value is shown as far as a page can hold it`() throws {
        let long = Text(String(repeating: "a", count: 3000) + "needle")
        var view = Sample.plan
        view.plan?.changes[0].fields = [FieldDifference(path: ["spec", "x"], old: "y", new: .string(long))]
        #expect(try decide(.approve, status(asked), view, by: lead).contains("needle"))
    }

    @Test func `going back asks for no approval, and the page does not say so either`() async {
        var view = Sample.plan
        view.block = Block(reason: "waits for approval: 0 of 2: run trimtab approve", approval: asked)
        let engine = MemoryOperations(fleet: Sample.fleet, plans: [view], history: [unit: Sample.history])
        let pages = Pages(clock: { Sample.now })
        #expect(await pages.get(.act(.sync, unit), of: engine).text.contains("Others would have to agree first"))
        let rollback = await pages.get(.act(.rollback, unit), of: engine).text
        #expect(rollback.contains("worker_processes 2") && !rollback.contains("agree first"))
        view.block = Block(reason: "the plan deletes 6 of 8 objects, more than 5")
        let guarded = MemoryOperations(fleet: Sample.fleet, plans: [view], history: [unit: Sample.history])
        #expect(await pages.get(.act(.rollback, unit), of: guarded).text.contains("A guard would hold it back"))
    }

    @Test func `the overview leads to what waits`() async {
        let page = await Pages(clock: { Sample.now }).get(.overview, of: Sample.engine).text
        #expect(page.contains("1 plan waits for a person"))
        #expect(page.components(separatedBy: "href=\"/approvals\"").count == 3)
    }
}
