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

    @Test(arguments: ["", "acme", "acme/web", "/web@prod", "acme/@prod", "acme/web@", "Acme/web@prod", "a/b@c\n"])
    func `refuses anything else`(text: String) {
        #expect(UnitID(parsing: Text(text)) == nil)
    }
}
