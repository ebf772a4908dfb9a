// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Notifications
import TestSupport
import Testing

/// Who is told of what.
@Suite struct RuleTests {
    private func told(_ rule: NotificationRule, _ event: Event, _ facts: UnitFacts? = News.facts) -> Bool {
        messages(for: [event], by: rule, fleet: "acme", hub: nil) { _ in facts }.count == 1
    }

    @Test func `warnings are told unless something else is asked for`() throws {
        let rule = try News.rule()
        #expect(told(rule, News.drifted(1)) && told(rule, News.ended(1, .failed)))
        #expect(!told(rule, News.healed(1)) && !told(rule, News.ended(1, .succeeded)))
        #expect(try told(News.rule(severity: .info), News.healed(1)))
        #expect(try !told(News.rule(severity: .error), News.drifted(1)))
        #expect(try told(News.rule([.healed]), News.healed(1)))
        #expect(try !told(News.rule([.healed]), News.drifted(1)))
        #expect(try !told(News.rule([.syncEnded], severity: .error), News.ended(1, .succeeded)))
        #expect(try told(News.rule([.syncEnded], severity: .error), News.ended(1, .failed)))
        // Steps of which other events tell the end are told to those alone who name them.
        let intent = News.event(1, EventDraft(kind: .intent, unit: News.unit, payload: [:]))
        #expect(try !told(News.rule(severity: .info), intent) && told(News.rule([.intent]), intent))
    }

    @Test func `projects are told of their own units alone`() throws {
        let own = try News.rule(owner: ProjectName("shop"))
        let others = try News.rule(owner: ProjectName("other"))
        #expect(told(own, News.drifted(1)) && !told(others, News.drifted(1)))
        let fleetWide = News.event(1, EventDraft(kind: .fleetRejected, payload: [:]))
        #expect(try told(News.rule(), fleetWide, nil) && !told(own, fleetWide, nil))
        let narrowed = try News.rule(scope: AccessScope(projects: [try #require(ProjectName("shop"))]))
        #expect(told(narrowed, News.drifted(1)) && !told(narrowed, fleetWide, nil))
        // Of a unit of which nobody knows whose it is.
        var unknown = News.facts
        unknown.project = nil
        #expect(!told(own, News.drifted(1), unknown))
    }

    @Test func `a message says what the log says, and nothing of what was changed`() throws {
        let event = News.event(
            7,
            Drifted(
                plan: Sample.digest(1), objects: [Sample.file("/etc/a"): ["the secret field"]],
                cause: "somebody\u{1B}[31m"
            ).draft(of: News.unit))
        let all = messages(for: [event], by: try News.rule(), fleet: "acme", hub: "https://hub.example") { _ in
            News.facts
        }
        let message = try #require(all.first)
        #expect(message.id == "w1-1-7" && message.link == "https://hub.example/units/acme/web/prod")
        #expect(message.project == ProjectName("shop") && !message.summary.utf8.contains(0x1B))
        let again = messages(for: [event], by: try News.rule(), fleet: "acme", hub: "https://hub.example") { _ in
            News.facts
        }
        #expect(again == all)
    }
}
