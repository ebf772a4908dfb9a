// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing

@Suite struct UnitIDTests {
    @Test func `reads what it writes`() throws {
        let id = try UnitID(
            fleet: FleetName(validating: "acme"), application: ApplicationName(validating: "web"),
            target: TargetName(validating: "edge-1"))
        #expect(id.description == "acme/web@edge-1")
        #expect(UnitID(parsing: Text(id.description)) == id)
    }

    @Test func `two that were made apart are one, and are ordered by their names`() throws {
        let texts = ["acme/app@b", "acme/app@a", "acme/app-1@a", "bcme/app@a", "acme/b@a"]
        let ids = try texts.map { try #require(UnitID(parsing: Text($0))) }
        let again = try texts.map { try #require(UnitID(parsing: Text($0))) }
        #expect(ids == again && Set(ids + again).count == texts.count)
        #expect(ids.map(\.hashValue) == again.map(\.hashValue))
        let sorted = (ids + again).shuffled().sorted().map(\.description)
        #expect(sorted == ["acme/app@a", "acme/app@b", "acme/app-1@a", "acme/b@a", "bcme/app@a"].flatMap { [$0, $0] })
        #expect(!(ids[0] < ids[0]) && !(ids[0] < again[0]))
    }

    @Test(arguments: ["", "acme", "acme/web", "/web@prod", "acme/@prod", "acme/web@", "Acme/web@prod", "a/b@c\n"])
    func `refuses anything else`(text: String) {
        #expect(UnitID(parsing: Text(text)) == nil)
    }
}
