// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What came of syncing one unit.
package struct SyncResult: Sendable, Hashable {
    package enum Result: String, Sendable, Hashable, CaseIterable {
        /// Everything that was planned is done.
        case done
        /// Live state was as Git says already.
        case unchanged
        /// Some objects failed, or something before them did; `reason` says what.
        case failed
        /// A person has to decide; `reason` says what.
        case blocked
        case cancelled
        /// A newer version took over before this one was through.
        case superseded
    }

    package var unit: UnitID
    package var result: Result
    /// What was synced to; `nil` when it failed before that was known.
    package var version: Version?
    /// `nil` when there was no plan.
    package var plan: Digest?
    /// What was done, objects that were kept left out.
    package var outcomes: [Outcome]
    package var reason: Text?
    package var milliseconds: Int

    package init(
        unit: UnitID, result: Result, version: Version? = nil, plan: Digest? = nil, outcomes: [Outcome] = [],
        reason: Text? = nil, milliseconds: Int = 0
    ) {
        self.unit = unit
        self.result = result
        self.version = version
        self.plan = plan
        self.outcomes = outcomes
        self.reason = reason
        self.milliseconds = milliseconds
    }
}

extension SyncResult.Result: Wire {
    package init(wire: Value) throws(WireError) { self = try readCase(wire) }
    package var wire: Value { .string(Text(rawValue)) }
}

extension SyncResult: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"),
            result: try fields.required("result"),
            version: try fields.optional("version"),
            plan: try fields.optional("plan"),
            outcomes: try fields.list("outcomes"),
            reason: try fields.optional("reason"),
            milliseconds: try fields.optional("milliseconds") ?? 0)
    }

    package var wire: Value {
        .fields([
            "unit": unit.wire, "result": result.wire, "version": version?.wire, "plan": plan?.wire,
            "outcomes": outcomes.wireUnlessEmpty, "reason": reason?.wire, "milliseconds": milliseconds.wire,
        ])
    }
}

/// What came of an act that is done at once: a pause, a confirmation.
package struct ActResult: Sendable, Hashable {
    /// One sentence for people.
    package var message: Text
    /// The units that the act touched.
    package var units: [UnitID]

    package init(message: Text, units: [UnitID] = []) {
        self.message = message
        self.units = units
    }
}

extension ActResult: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(message: try fields.required("message"), units: try fields.list("units"))
    }

    package var wire: Value { .fields(["message": message.wire, "units": units.wire]) }
}
