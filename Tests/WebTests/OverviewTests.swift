// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct OverviewTests {
    private let units = [Sample.database, Sample.web, Sample.shop]

    private func names(_ overview: Overview) -> [String] {
        switch overview.lines {
        case .units(let units): units.map { "\($0.unit.application)@\($0.unit.target)" }
        case .matrix(let rows, _), .applications(let rows): rows.map { $0.application.description }
        }
    }

    @Test func `what needs a person comes first`() {
        #expect(names(Overview(units, OverviewQuery(view: .units))) == ["postgres@prod", "web@prod", "web@dev"])
        #expect(
            names(Overview(units, OverviewQuery(view: .units, order: .name))) == [
                "postgres@prod", "web@dev", "web@prod",
            ])
    }

    @Test func `all units stand as Git says only when they do`() {
        var units = [Sample.shop, Sample.web]
        func sentence() -> String {
            let status = FleetStatus(engine: EngineInfo(version: "1"), units: units)
            return String(
                decoding: OverviewPage(status, OverviewQuery(), now: Sample.now).content.main.bytes, as: UTF8.self)
        }
        for index in units.indices {
            (units[index].sync, units[index].drift, units[index].health) = (.inSync, nil, HealthReport(.healthy))
        }
        #expect(sentence().contains("All 2 units stand as Git says."))
        units[1].sync = .syncing
        #expect(sentence().contains("None of 2 units needs a look."))
        units = [units[0]]
        #expect(sentence().contains("The one unit stands as Git says."))
        units[0].sync = .pending
        #expect(!sentence().contains("as Git says"))
    }

    @Test func `all words must occur, wherever they do`() {
        func found(_ words: Text...) -> [String] { names(Overview(units, OverviewQuery(words: words, view: .units))) }
        #expect(found("WEB", "prod") == ["web@prod"])
        #expect(found("nginx") == ["web@prod"], "its health says so")
        #expect(found("uid") == ["web@prod"], "who changed it")
        #expect(found("delete") == ["postgres@prod"], "why it waits")
        #expect(found("web@d") == ["web@dev"])
        #expect(found("bbbbbb") == ["postgres@prod", "web@prod"], "a commit")
        #expect(found("nothing").isEmpty)
    }

    @Test func `states are counted as if none of them were chosen`() {
        let overview = Overview(units, OverviewQuery(target: "prod", sync: [.blocked]))
        #expect(overview.matching == 1)
        #expect(overview.sync[.blocked] == 1 && overview.sync[.drifted] == 1 && overview.sync[.inSync] == 0)
        #expect(overview.total == 3)
    }

    @Test func `drift shows also while a unit is paused`() {
        var unit = Sample.shop
        unit.sync = .paused
        #expect(unit.shownState == .drifted)
    }

    @Test func `few targets stand side by side, many do not`() {
        func view(_ targets: Int, _ query: OverviewQuery = OverviewQuery()) -> OverviewQuery.View {
            Overview(Fleet50k.units(applications: 2, targets: targets), query).view
        }
        #expect(view(8) == .matrix)
        #expect(view(9) == .applications)
        #expect(view(9, OverviewQuery(application: "app-1")) == .units)
        #expect(view(9, OverviewQuery(view: .matrix)) == .applications, "too wide to read")
        #expect(view(2, OverviewQuery(view: .units)) == .units)
    }

    @Test func `pages hold every line once, and one beyond the end is the last`() {
        let fleet = Fleet50k.units(applications: 230, targets: 10)
        var seen: [String] = []
        for page in 1...3 { seen += names(Overview(fleet, OverviewQuery(order: .name, page: page))) }
        #expect(seen.count == 230 && Set(seen).count == 230)
        #expect(Overview(fleet, OverviewQuery(page: 99)).page == 3)
    }

    @Test func `an address says all of a query, and reads back as it was`() throws {
        let query = OverviewQuery(
            words: ["a&b", "c=d"], project: "shop", application: "web", target: "prod", sync: [.failed, .drifted],
            health: [.degraded], view: .units, order: .synced, page: 7)
        let text = query.link.text.string
        let read = try #require(Query.read(text.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst()))
        #expect(OverviewQuery(read) == query)
    }

    @Test func `what an address says wrong limits nothing`() {
        let query = OverviewQuery(["sync": "Nonsense", "page": "-3", "view": "x", "order": "y"])
        #expect(query == OverviewQuery())
    }

    @Test(arguments: [(5000, 10), (6250, 8), (50, 1000), (50_000, 1)])
    func `the first page of fifty thousand units is small`(applications: Int, targets: Int) {
        var status = Sample.fleet
        status.units = Fleet50k.units(applications: applications, targets: targets)
        #expect(status.units.count == 50_000)
        let page = OverviewPage(status, OverviewQuery(), now: Sample.now).content.document(for: .ada)
        #expect(page.bytes.count < 150_000)
    }
}

/// A large fleet that is made up.
enum Fleet50k {
    static func units(applications: Int, targets: Int) -> [UnitStatus] {
        (0..<applications).flatMap { application in
            (0..<targets).map { target in
                var unit = [Sample.web, Sample.web, Sample.web, Sample.web, Sample.shop, Sample.database][
                    (application * 7 + target) % 6]
                unit.unit = UnitID(
                    fleet: unit.unit.fleet, application: name("app-\(application)"), target: name("target-\(target)"))
                unit.project = name("project-\(application % 40)")
                return unit
            }
        }
    }

    private static func name<Noun>(_ text: String) -> Name<Noun> {
        guard let name = Name<Noun>(Text(text)) else { preconditionFailure("\(text) is no name") }
        return name
    }
}
