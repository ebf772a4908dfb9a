// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What a unit took over from others, or would.
package struct AdoptionReport: Sendable, Hashable {
    package var unit: UnitID
    /// Nothing was changed.
    package var isDry: Bool
    /// Of objects of which there was something to take over.
    package var items: [Adoption]

    package init(unit: UnitID, isDry: Bool, items: [Adoption]) {
        self.unit = unit
        self.isDry = isDry
        self.items = items
    }
}

extension AdoptionReport: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), isDry: try fields.optional("dryRun") ?? false,
            items: try fields.list("items"))
    }

    package var wire: Value {
        .fields(["unit": unit.wire, "dryRun": isDry ? true : nil, "items": items.wire])
    }
}

extension Adoption: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            object: try fields.required("object"), managers: try fields.list("managers"),
            leftover: try fields.list("leftover"), refusal: try fields.optional("refusal") ?? "")
    }

    package var wire: Value {
        .fields([
            "object": object.wire, "managers": managers.wireUnlessEmpty, "leftover": leftover.wireUnlessEmpty,
            "refusal": refusal.wireUnlessEmpty,
        ])
    }
}
