// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing

/// The list of units as programs ask for it: filtered, counted, ordered and cut by the server.
@Suite struct UnitListTests {
    private var units: [UnitStatus] {
        Sample.fleetOfTwoProjects.units.sorted { $0.unit < $1.unit }.map { unit in
            var unit = unit
            unit.labels = UnitLabels(application: ["team": unit.project.text], target: ["tier": unit.unit.target.text])
            return unit
        }
    }

    private func ask(_ query: String) throws -> UnitList {
        let wire = try #require(Query.read(Array(query.utf8)))
        return UnitList(units, try UnitQuery(wire: wire))
    }

    private func names(_ query: String) throws -> [String] {
        try ask(query).units.map { "\($0.unit.application)@\($0.unit.target)" }
    }

    @Test func `what is asked for is found, and the rest is not`() throws {
        #expect(try names("order=name").count == units.count)
        #expect(try names("project=finance") == ["ledger@prod"])
        #expect(try names("application=web&target=dev") == ["web@dev"])
        #expect(try names("label=team%3Dfinance") == ["ledger@prod"])
        #expect(try names("label=tier%3Dprod&application=web") == ["web@prod"])
        #expect(try names("label=tier%3Dprod&label=tier%3Ddev").isEmpty)
        #expect(try names("q=LEDGER") == ["ledger@prod"])
        #expect(try names("q=web%20prod") == ["web@prod"])
        #expect(try names("sync=Blocked").allSatisfy { $0.hasPrefix("postgres") })
        #expect(try names("project=absent").isEmpty)
    }

    @Test func `whoever names one unit is given it, with the counts of all and by few looks`() throws {
        let one = try ask("application=web&target=prod")
        #expect(one.units.map(\.unit) == [Sample.unit("web", "prod")])
        #expect(one.matching == 1 && one.total == units.count)
        #expect(try names("application=web&target=prod&sync=InSync").isEmpty)
        #expect(try names("application=web&target=pro").isEmpty)
        let fleets = ["acme", "beta", "zeta"].flatMap { fleet in
            (0..<5000).compactMap { UnitID(parsing: Text("\(fleet)/app-\($0 / 10)@target-\($0 % 10)")) }
        }.sorted()
        for (application, target, count) in [
            ("app-7", "target-3", 3), ("app-0", "target-0", 3), ("app-99", "target-9", 3), ("app-500", "target-0", 0),
            ("app-7", "target-33", 0), ("", "", 0), ("zzz", "zzz", 0),
        ] as [(Text, Text, Int)] {
            var looks = 0
            let places = UnitPlaces.places(of: application, on: target, count: fleets.count) { place in
                looks += 1
                return fleets[place]
            }
            #expect(places.count == count && looks < 200, "\(application)@\(target): \(places) after \(looks) looks")
            #expect(
                places.allSatisfy { fleets[$0].application.text == application && fleets[$0].target.text == target })
        }
        let last = try #require(fleets.last)
        #expect(UnitPlaces.place(of: last, count: fleets.count) { fleets[$0] } == fleets.count - 1)
        #expect(UnitPlaces.place(of: Sample.unit("absent", "prod"), count: fleets.count) { fleets[$0] } == nil)
    }

    @Test func `the first digits of a commit find what stands at it, and no others`() throws {
        let commit = try #require(CommitID(hex: "0123456789abcdef0123456789abcdef01234567"))
        var all = units
        all[0].desired = Version(fleet: nil, source: commit)
        func found(_ word: Text) -> [Int] {
            let search = UnitSearch([word])
            return all.indices.filter { search.finds(all[$0]) }
        }
        for word in ["0123", "01234", "0123456789ABCDEF", "0123456789abcdef0123456789abcdef01234567"] as [Text] {
            #expect(found(word).contains(0), "\(word)")
        }
        // Three digits are no commit, and what is behind the last one is none either.
        for word in ["012", "01235", "1234", "0123456789abcdef0123456789abcdef012345678", "0123x"] as [Text] {
            #expect(!found(word).contains(0), "\(word)")
        }
        let digest = Digest(of: "of no other unit".utf8)
        all[1].renderDigest = digest
        #expect(found(Text(digest.short)) == [1])
    }

    @Test func `pages hold every unit once, in an order that does not change`() throws {
        for order in UnitQuery.Order.allCases {
            let all = try names("order=\(order.rawValue)&limit=1000")
            var seen: [String] = []
            for offset in 0..<units.count { seen += try names("order=\(order.rawValue)&limit=1&offset=\(offset)") }
            #expect(seen == all && Set(all).count == units.count)
        }
        #expect(try names("offset=1000").isEmpty)
    }

    @Test func `counts are of all that fit, whatever the page holds`() throws {
        let page = try ask("limit=0")
        #expect(page.units.isEmpty && page.total == units.count && page.matching == units.count)
        #expect(page.counts.sync.values.reduce(0, +) == units.count)
        #expect(page.counts.targets.values.reduce(0, +) == units.count)
        let shop = try ask("project=shop&limit=1")
        let name = try #require(ProjectName("shop"))
        #expect(shop.matching == shop.counts.projects[name] && shop.units.count == 1)
        #expect(try UnitList(wire: shop.wire) == shop)
    }

    @Test(arguments: [
        "limit=-1", "limit=1001", "limit=x", "offset=-1", "order=random", "sync=Unheard", "health=Fine", "label=a",
        "label=%3Db", "q=1%202%203%204%205%206%207%208%209%2010%2011",
        "label=\(String(repeating: "a", count: 201))%3Db",
    ])
    func `a wrong question is refused`(query: String) throws {
        let wire = try #require(Query.read(Array(query.utf8)))
        #expect(throws: WireError.self) { try UnitQuery(wire: wire) }
    }

    @Test func `a query says on the wire what it says`() throws {
        let query = UnitQuery(
            words: ["a", "b"], project: "shop", application: "web", target: "prod",
            labels: [try #require(UnitLabel("team=a=b"))], sync: [.failed, .blocked], health: [.missing],
            order: .synced, offset: 3, limit: 7)
        #expect(try UnitQuery(wire: query.wire) == query)
        #expect(try UnitQuery(wire: #require(Query.read(Array(Query.write(query.wire).utf8)))) == query)
    }
}
