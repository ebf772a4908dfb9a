// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import Testing

@Suite struct WireTests {
    @Test func `a plan survives the wire`() throws {
        let plan = Plan(
            unit: try #require(UnitID(parsing: "acme/web@prod")), renderDigest: Digest(of: [1]),
            changes: [
                Change(
                    object: ObjectID(group: "host.trimtab.dev", kind: "File", name: "/etc/\u{202E}a\nb"),
                    action: .update, wave: -1,
                    fields: [FieldDifference(path: FieldPath([.key("spec"), .index(0)]), old: nil, new: .null)])
            ],
            digest: Digest(of: [2]))
        #expect(try Plan(wire: plan.wire) == plan)
    }
}
