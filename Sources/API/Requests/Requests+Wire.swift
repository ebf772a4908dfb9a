// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

extension PlanRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            units: try UnitFilter(wire: wire), revision: try fields.optional("revision"),
            part: try PartRequest(fields))
    }

    package var wire: Value {
        .fields([
            "unit": units.patterns.wireUnlessEmpty, "project": units.project?.wire, "revision": revision?.wire,
            "only": part.only.wireUnlessEmpty, "prune": part.isPruning ? true : nil,
        ])
    }
}

extension PartRequest {
    fileprivate init(_ fields: WireFields) throws(WireError) {
        self.init(only: try fields.list("only"), isPruning: try fields.optional("prune") ?? false)
    }
}

extension DiffRequest: Wire {
    package init(wire: Value) throws(WireError) {
        self.init(
            units: try UnitFilter(wire: wire), hasOwners: try WireFields(wire).optional("owners") ?? false)
    }

    package var wire: Value {
        .fields([
            "unit": units.patterns.wireUnlessEmpty, "project": units.project?.wire, "owners": hasOwners ? true : nil,
        ])
    }
}

extension SyncRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            units: try fields.required("units"), part: try PartRequest(fields),
            reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields([
            "units": units.wire, "only": part.only.wireUnlessEmpty, "prune": part.isPruning ? true : nil,
            "reason": reason.wireUnlessEmpty,
        ])
    }
}

extension UnitsAct: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(units: try fields.required("units"), reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value { .fields(["units": units.wire, "reason": reason.wireUnlessEmpty]) }
}

extension RefreshRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(sources: try fields.list("sources"), reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value { .fields(["sources": sources.wire, "reason": reason.wireUnlessEmpty]) }
}

extension AcceptRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            source: try fields.required("source"), commit: try fields.optional("commit"),
            reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields(["source": source.wire, "commit": commit?.wire, "reason": reason.wireUnlessEmpty])
    }
}

extension PauseRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            units: try fields.required("units"), until: try fields.required("until"),
            reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields(["units": units.wire, "until": until.wire, "reason": reason.wireUnlessEmpty])
    }
}

extension UnitStreamRequest: Wire {
    package init(wire: Value) throws(WireError) {
        self.init(units: try UnitFilter(wire: wire), after: try WireFields(wire).optional("after"))
    }

    package var wire: Value {
        .fields(["unit": units.patterns.wireUnlessEmpty, "project": units.project?.wire, "after": after?.wire])
    }
}

extension UnitRequest: Wire {
    package init(wire: Value) throws(WireError) { self.init(unit: try WireFields(wire).required("unit")) }

    package var wire: Value { .fields(["unit": unit.wire]) }
}

extension RenderRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(unit: try fields.required("unit"), revision: try fields.optional("revision"))
    }

    package var wire: Value { .fields(["unit": unit.wire, "revision": revision?.wire]) }
}

extension HistoryRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        let limit = try fields.optional("limit", as: Int.self) ?? 20
        guard EventFilter.limits.contains(limit) else {
            throw WireError(path: FieldPath([.key("limit")]), reason: "must be between 1 and 10000")
        }
        self.init(unit: try fields.required("unit"), limit: limit)
    }

    package var wire: Value { .fields(["unit": unit.wire, "limit": limit.wire]) }
}

extension RollbackRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), digest: try fields.optional("digest"),
            reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields(["unit": unit.wire, "digest": digest?.wire, "reason": reason.wireUnlessEmpty])
    }
}

extension MarkRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), digest: try fields.optional("digest"),
            reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields(["unit": unit.wire, "digest": digest?.wire, "reason": reason.wireUnlessEmpty])
    }
}

extension ConfirmRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), plan: try fields.required("plan"),
            reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields(["unit": unit.wire, "plan": plan.wire, "reason": reason.wireUnlessEmpty])
    }
}

extension AdoptRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), managers: try fields.list("managers"),
            isDry: try fields.optional("dryRun") ?? false, reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields([
            "unit": unit.wire, "managers": managers.wireUnlessEmpty, "dryRun": isDry ? true : nil,
            "reason": reason.wireUnlessEmpty,
        ])
    }
}

extension VerifyRequest: Wire {
    package init(wire: Value) throws(WireError) {
        self.init(checkpoint: try WireFields(wire).optional("checkpoint"))
    }

    package var wire: Value { .fields(["checkpoint": checkpoint?.wire]) }
}

extension Nothing: Wire {
    package init(wire: Value) {}
    package var wire: Value { .fields([:]) }
}

extension List: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        guard fields.raw("items") != nil else {
            throw WireError(path: FieldPath([.key("items")]), reason: "is missing")
        }
        self.init(try fields.list("items"))
    }

    package var wire: Value { .fields(["items": items.wire]) }
}
