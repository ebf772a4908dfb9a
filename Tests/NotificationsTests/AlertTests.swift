// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Notifications
import TestSupport
import Testing

/// Alerts fire once, are kept alive, and end.
@Suite struct AlertTests {
    private func news(_ events: [Event], since book: AlertBook = AlertBook()) throws -> AlertNews {
        AlertNews(events, by: try News.rule(), since: book, fleet: "acme", hub: nil) { _ in News.facts }
    }

    @Test func `drift fires and healing ends it`() throws {
        let fired = try news([News.drifted(1)])
        let alert = try #require(fired.changed.first)
        #expect(
            alert.labels == [
                "alertname": "TrimtabDrift", "severity": "warning", "fleet": "acme", "application": "web",
                "target": "prod", "project": "shop",
            ])
        #expect(alert.endsAt == nil && fired.book.firing.count == 1)
        let ended = try news([News.healed(5)], since: fired.book)
        #expect(ended.changed.first?.endsAt == News.start.advanced(by: .seconds(5)))
        #expect(ended.changed.first?.labels == alert.labels && ended.book.firing.isEmpty)
        // What did not fire has no end to tell of.
        #expect(try news([News.healed(5)]).changed.isEmpty)
    }

    @Test func `a plan that goes away by itself waits no more`() throws {
        let blocked = PlanBlocked(plan: Sample.digest(1), render: Sample.digest(2), reason: "six deletions")
        let fired = try news([News.event(1, blocked.draft(of: News.unit))])
        #expect(fired.changed.first?.labels["alertname"] == "TrimtabPlanBlocked" && fired.book.firing.count == 1)
        let other = ContentRendered(version: Sample.version("b"), render: Sample.digest(3), objects: 2)
        let gone = try news([News.event(4, other.draft(of: News.unit))], since: fired.book)
        #expect(gone.book.firing.isEmpty)
        #expect(gone.changed.map(\.endsAt) == [News.start.advanced(by: .seconds(4))])
    }

    @Test func `what fires is told again in time, whatever else there is to tell`() throws {
        let fired = try news([News.drifted(1), News.ended(2, .failed)])
        let more = try news([News.ended(9, .failed)], since: fired.book)
        #expect(more.alerts(renewing: false).map { $0.labels["alertname"] } == ["TrimtabSyncFailed"])
        #expect(more.alerts(renewing: true).map { $0.labels["alertname"] } == ["TrimtabSyncFailed", "TrimtabDrift"])
        let silent = try news([], since: fired.book)
        #expect(silent.alerts(renewing: false).isEmpty && silent.alerts(renewing: true).count == 2)
    }

    @Test func `what is said again fires since it began`() throws {
        let first = try news([News.ended(1, .failed)])
        let second = try news([News.ended(9, .failed)], since: first.book)
        #expect(second.book.firing.count == 1)
        #expect(second.changed.first?.startsAt == News.start.advanced(by: .seconds(1)))
        let other = try news([News.ended(9, .succeeded)], since: second.book)
        #expect(other.book.firing.isEmpty && other.changed.count == 1)
    }

    @Test func `what comes and goes within a page is told as gone`() throws {
        let both = try news([News.drifted(1), News.healed(2)])
        #expect(both.changed.count == 1 && both.changed.first?.endsAt != nil && both.book.firing.isEmpty)
    }

    @Test func `what has no end lasts an hour and is not kept`() throws {
        let back = News.event(1, EventDraft(kind: .markedBad, unit: News.unit, payload: [:]))
        let fired = try news([back])
        #expect(fired.changed.first?.labels["alertname"] == "TrimtabMarkedBad")
        #expect(fired.changed.first?.endsAt == News.start.advanced(by: .seconds(3601)) && fired.book.firing.isEmpty)
    }

    @Test func `what fires outlives a restart, and a unit that is gone fires no more`() throws {
        let fired = try news([News.drifted(1), News.ended(2, .failed)])
        let kept = AlertBook(value: try JSON.read(JSON.write(fired.book.value)))
        #expect(kept == fired.book && kept.firing.count == 2)
        let gone = try news([News.event(3, UnitRemoved(orphaned: []).draft(of: News.unit))], since: kept)
        #expect(gone.book.firing.isEmpty)
        // It is told as an alert of its own.
        #expect(gone.changed.count == 3)
    }

    @Test func `Alertmanager gets what its API asks for`() throws {
        let fired = try news([News.drifted(1)])
        let receiver = try News.receiver("alertmanager: {url: \"https://alerts.example/prefix\"}")
        let made = try #require(receiver.request(telling: fired.changed, key: "k", now: News.start))
        #expect(made.url.withExposed { $0 } == "https://alerts.example/prefix/api/v2/alerts")
        let body = try #require(try JSON.read(made.body).arrayValue?.first)
        #expect(body["startsAt"] == "2026-09-21T14:13:21.000Z" && body["endsAt"] == "2026-09-21T14:18:20.000Z")
        #expect(receiver.request(telling: [], key: "k", now: News.start) == nil)
    }
}
