// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing

@Suite struct QueryTests {
    /// As a reading route's input travels.
    private func survives<Input: Wire & Equatable>(_ input: Input) throws {
        let wire = try #require(Query.read(Query.write(input.wire).utf8))
        #expect(try Input(wire: wire) == input)
    }

    @Test func `the input of every reading route fits a query`() throws {
        let unit = Sample.unit("web", "prod")
        let filters = [
            UnitFilter.all, UnitFilter(unit),
            UnitFilter(
                patterns: [UnitPattern(unit), UnitPattern(target: TargetName("prod"))], project: ProjectName("shop")),
        ]
        for units in filters {
            try survives(units)
            try survives(PlanRequest(units: units, revision: "a b&c=d%\u{202E}+é\n"))
            try survives(PlanRequest(units: units))
            try survives(
                PlanRequest(
                    units: units,
                    part: PartRequest(
                        only: [ObjectPattern(group: "", kind: "ConfigMap", name: "shop/a&b")], isPruning: true)))
            try survives(DiffRequest(units: units))
            try survives(DiffRequest(units: units, hasOwners: true))
            try survives(
                EventFilter(
                    units: units, kinds: [.paused, .resumed], actor: Actor("user:a&b"), since: Sample.now,
                    until: Sample.now, start: .after(.max), before: 7, limit: 10_000, wait: .seconds(30)))
            try survives(EventFilter(units: units))
            try survives(EventFilter(units: units, object: ObjectPattern(group: "apps", kind: nil, name: "shop/a&b")))
            try survives(PastRequest(units: units, time: Sample.now))
        }
        try survives(RenderRequest(unit: unit, revision: "123"))
        try survives(HistoryRequest(unit: unit, limit: 7))
        try survives(Nothing())
    }

    @Test(arguments: ["a=%", "a=%g0", "a=%ff", "%c3=1", "a=%0"])
    func `what is not percent-encoded UTF-8 is refused`(query: String) {
        #expect(Query.read(query.utf8) == nil)
    }

    @Test func `a query of very many parts is refused`() {
        #expect(Query.read(String(repeating: "a&", count: 1001).utf8) == nil)
        #expect(Query.read(String(repeating: "a&", count: 1000).utf8) != nil)
    }

    @Test func `forms' spaces, empty values and lone keys are read`() {
        #expect(Query.read("a=b+c&d=&e&&f=g=h".utf8) == ["a": "b c", "d": "", "e": "", "f": "g=h"])
    }

    @Test(arguments: [
        ("web", "web"), ("web@prod", "web@prod"), ("@prod", "@prod"), ("acme/web@prod", "acme/web@prod"),
        ("acme/@prod", "acme/@prod"),
    ])
    func `patterns of units are read as people write them`(text: Text, description: String) {
        #expect(UnitPattern(parsing: text)?.description == description)
    }

    @Test(arguments: ["", "Web", "web@", "web@a@b", "a/b/c", "web\n", "../x"] as [Text])
    func `what is no pattern is refused`(text: Text) {
        #expect(UnitPattern(parsing: text) == nil)
    }

    @Test func `routes differ in their paths and lie under the version`() {
        let paths = Routes.mounted.map(\.path)
        #expect(Set(paths).count == paths.count)
        #expect(paths.allSatisfy { $0.string.hasPrefix("/v1/") })
    }
}
