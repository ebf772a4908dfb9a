// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

extension PastRequest: Wire {
    package init(wire: Value) throws(WireError) {
        self.init(units: try UnitFilter(wire: wire), time: try WireFields(wire).required("time"))
    }

    package var wire: Value {
        .fields(["unit": units.patterns.wireUnlessEmpty, "project": units.project?.wire, "time": time.wire])
    }
}

extension PastStatus: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            time: try fields.required("time"), begins: try fields.optional("begins"),
            erasedThrough: try fields.optional("erasedThrough"), units: try fields.list("units"))
    }

    package var wire: Value {
        .fields([
            "time": time.wire, "begins": begins?.wire, "erasedThrough": erasedThrough?.wire,
            "notices": notices.wireUnlessEmpty, "units": units.wire,
        ])
    }
}

extension PastStatus.Entry: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), past: try PastUnit(wire: wire), signer: try fields.optional("signer"))
    }

    package var wire: Value {
        guard case .object(let rest) = past.wire else { return .null }
        var object: Object = ["unit": unit.wire]
        for (key, value) in rest.pairs { object[key] = value }
        if let signer { object["signer"] = signer.wire }
        return .object(object)
    }
}

extension PastUnit: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            running: try fields.optional("running"), syncing: try fields.optional("syncing"),
            isTorn: try fields.optional("torn") ?? false, health: try fields.optional("health"),
            driftSince: try fields.optional("driftSince"), drifted: Set(try fields.list("drifted", of: ObjectID.self)),
            pause: try fields.optional("pause"), waits: try fields.optional("waits") ?? "",
            failure: try fields.optional("failure") ?? "", project: try fields.optional("project"),
            isIncomplete: try fields.optional("incomplete") ?? false)
    }

    package var wire: Value {
        .fields([
            "project": project?.wire, "running": running?.wire, "syncing": syncing?.wire, "torn": isTorn ? true : nil,
            "health": health?.wire, "driftSince": driftSince?.wire,
            "drifted": Array(drifted).sorted().wireUnlessEmpty, "pause": pause?.wire, "waits": waits.wireUnlessEmpty,
            "failure": failure.wireUnlessEmpty, "incomplete": isIncomplete ? true : nil,
        ])
    }
}

extension PastUnit.Arrival: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        let cause = try fields.optional("cause", as: Value.self)
        self.init(
            version: try fields.optional("version"), render: try fields.optional("renderDigest"),
            cause: try cause.map { value throws(WireError) in try readCase(value) },
            actor: try fields.required("actor"), reason: try fields.optional("reason") ?? "",
            started: try fields.required("started"), ended: try fields.optional("ended"),
            isPart: try fields.optional("part") ?? false, assents: try fields.list("assents"))
    }

    package var wire: Value {
        .fields([
            "version": version?.wire, "renderDigest": render?.wire,
            "cause": cause.map { .string(Text($0.rawValue)) }, "actor": actor.wire, "reason": reason.wireUnlessEmpty,
            "started": started.wire, "ended": ended?.wire, "part": isPart ? true : nil,
            "assents": assents.wireUnlessEmpty,
        ])
    }
}

extension PastUnit.Assent: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            way: try readCase(try fields.required("way", as: Value.self)), actor: try fields.required("actor"),
            time: try fields.required("time"), groups: try fields.list("groups"),
            reason: try fields.optional("reason") ?? "", plan: try fields.optional("plan"))
    }

    package var wire: Value {
        .fields([
            "way": .string(Text(way.rawValue)), "actor": actor.wire, "time": time.wire,
            "groups": groups.wireUnlessEmpty, "reason": reason.wireUnlessEmpty, "plan": plan?.wire,
        ])
    }
}

extension PastRequest: Described {
    package static let schema = WireSchema.object(
        "PastRequest", ["time": .time], optional: ["unit": .list(of: .unitPattern), "project": .name])
}

extension PastStatus: Described {
    private static let arrival = WireSchema.object(
        "Arrival", ["actor": .text, "started": .time],
        optional: [
            "version": .version, "renderDigest": .digest, "cause": .choice(SyncCause.self), "reason": .text,
            "ended": .time, "part": .flag,
            "assents": .list(
                of: .object(
                    "Assent", ["way": .choice(PastUnit.Assent.Way.self), "actor": .text, "time": .time],
                    optional: ["groups": .list(of: .text), "reason": .text, "plan": .digest])),
        ])

    package static let schema = WireSchema.object(
        "PastStatus",
        [
            "time": .time,
            "units": .list(
                of: .object(
                    "PastUnit", ["unit": .unit],
                    optional: [
                        "project": .name, "running": arrival, "syncing": arrival, "torn": .flag,
                        "health": .object("Health", ["state": .choice(Health.self)], optional: ["reason": .text]),
                        "driftSince": .time, "drifted": .list(of: .objectID),
                        "pause": .object("Pause", ["until": .time, "actor": .text], optional: ["reason": .text]),
                        "waits": .text, "failure": .text, "incomplete": .flag, "signer": .text,
                    ])),
        ], optional: ["begins": .time, "erasedThrough": .time, "notices": .list(of: .text)])
}
