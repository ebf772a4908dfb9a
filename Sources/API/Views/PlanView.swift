// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What a sync of one unit would do, or why that cannot be said.
package struct PlanView: Sendable, Hashable {
    package var unit: UnitID
    /// What the plan leads to; `nil` when it could not be rendered.
    package var version: Version?
    /// Why it does not lead to the newest version, where no other was asked for.
    package var note: Text?
    /// `nil` when there is none; then `problems` says why.
    package var plan: Plan?
    /// What it would run, in order.
    package var hooks: [PlannedHook]
    /// Why a sync would not carry it out as it stands.
    package var block: Block?
    package var problems: [Problem]

    package init(
        unit: UnitID, version: Version? = nil, note: Text? = nil, plan: Plan? = nil, hooks: [PlannedHook] = [],
        block: Block? = nil, problems: [Problem] = []
    ) {
        self.note = note
        self.unit = unit
        self.version = version
        self.plan = plan
        self.hooks = hooks
        self.block = block
        self.problems = problems
    }
}

extension PlanView {
    /// Whether a sync would do nothing: hooks for failures wait for one.
    package var isEmpty: Bool { plan?.isEmpty ?? true && hooks.allSatisfy { $0.phase == .onFailure } }
}

extension PlanView: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"),
            version: try fields.optional("version"),
            note: try fields.optional("note"),
            plan: try fields.optional("plan"),
            hooks: try fields.list("hooks"),
            block: try fields.optional("block"),
            problems: try fields.list("problems"))
    }

    package var wire: Value {
        .fields([
            "unit": unit.wire, "version": version?.wire, "note": note?.wire, "plan": plan?.wire,
            "hooks": hooks.wireUnlessEmpty, "block": block?.wire, "problems": problems.wireUnlessEmpty,
        ])
    }
}
