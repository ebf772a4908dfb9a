// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Live state left the applied state without a commit.
package struct Drifted: Payload {
    package static let kind = EventKind.drifted
    /// The plan that would put it back; tells one drift from the next.
    package var plan: Digest
    /// The fields that differ, as text, by object; none for an object that is gone.
    package var objects: [ObjectID: [Text]]
    /// Who changed it, where known; empty when not.
    package var cause: Text

    package init(plan: Digest, objects: [ObjectID: [Text]], cause: Text) {
        self.plan = plan
        self.objects = objects
        self.cause = cause
    }

    package var value: Value {
        .fields([
            "plan": Value(plan),
            "objects": Value(byObject: objects) { .array($0.map(Value.string)) },
            "cause": Value(cause.isEmpty ? Self.unknown : cause),
        ])
    }

    package init?(_ value: Value) {
        guard let plan = value["plan"]?.digestValue else { return nil }
        self.init(
            plan: plan, objects: value["objects"]?.byObject(\.textsValue) ?? [:],
            cause: value["cause"]?.stringValue ?? "")
        if cause == Self.unknown { cause = "" }
    }

    private static let unknown: Text = "unknown"
}

/// Drift was put back.
package struct Healed: Payload {
    package static let kind = EventKind.healed
    package var objects: [ObjectID]

    package init(objects: [ObjectID]) { self.objects = objects }

    package var value: Value { ["objects": Value(objects)] }

    package init?(_ value: Value) { self.init(objects: value["objects"]?.objectIDsValue ?? []) }
}

/// Others have put something into objects that stand as applied: told once, and left alone.
package struct AdditionsSeen: Payload {
    package static let kind = EventKind.additionsSeen
    /// The fields that were put in, as text, by object; empty when nothing is left of what was told before.
    package var objects: [ObjectID: [Text]]
    /// Who put them in, where known; empty when not.
    package var cause: Text

    package init(objects: [ObjectID: [Text]], cause: Text) {
        self.objects = objects
        self.cause = cause
    }

    package var value: Value {
        .fields([
            "objects": Value(byObject: objects) { .array($0.map(Value.string)) },
            "cause": cause.isEmpty ? nil : Value(cause),
        ])
    }

    package init?(_ value: Value) {
        guard let objects = value["objects"]?.byObject(\.textsValue) else { return nil }
        self.init(objects: objects, cause: value["cause"]?.stringValue ?? "")
    }
}

/// A person had a unit take over what others had applied of its objects.
package struct Adopted: Payload {
    package static let kind = EventKind.adopted
    package var objects: [ObjectID]
    /// From whom.
    package var managers: [Text]
    package var reason: Text

    package init(objects: [ObjectID], managers: [Text], reason: Text) {
        self.objects = objects
        self.managers = managers
        self.reason = reason
    }

    package var value: Value {
        .fields([
            "objects": Value(objects), "managers": .array(managers.map(Value.string)),
            "reason": reason.isEmpty ? nil : Value(reason),
        ])
    }

    package init?(_ value: Value) {
        guard let objects = value["objects"]?.objectIDsValue else { return nil }
        self.init(
            objects: objects, managers: value["managers"]?.textsValue ?? [],
            reason: value["reason"]?.stringValue ?? "")
    }
}

/// Someone keeps changing objects back; healing stops until a person or a new version comes.
package struct FightDetected: Payload {
    package static let kind = EventKind.fightDetected
    package var objects: [ObjectID]
    package var rounds: Int
    /// Who, where known.
    package var cause: Text

    package init(objects: [ObjectID], rounds: Int, cause: Text) {
        self.objects = objects
        self.rounds = rounds
        self.cause = cause
    }

    package var value: Value {
        .fields(["objects": Value(objects), "rounds": Value(rounds), "cause": cause.isEmpty ? nil : Value(cause)])
    }

    package init?(_ value: Value) {
        self.init(
            objects: value["objects"]?.objectIDsValue ?? [],
            rounds: value["rounds"]?.intValue.flatMap(Int.init(exactly:)) ?? 0,
            cause: value["cause"]?.stringValue ?? "")
    }
}

/// A plan waits for something: a confirmation, an approval, a person.
package struct PlanBlocked: Payload {
    package static let kind = EventKind.planBlocked
    package var plan: Digest
    package var render: Digest
    package var reason: Text
    /// What was asked for: it goes on with the same, once somebody lets it through.
    package var part: SyncPart

    package init(plan: Digest, render: Digest, reason: Text, part: SyncPart = .whole) {
        self.plan = plan
        self.render = render
        self.reason = reason
        self.part = part
    }

    package var value: Value {
        .fields([
            "plan": Value(plan), "render": Value(render), "reason": Value(reason),
            "part": part == .whole ? nil : part.value,
        ])
    }

    package init?(_ value: Value) {
        guard let plan = value["plan"]?.digestValue, let render = value["render"]?.digestValue else { return nil }
        self.init(
            plan: plan, render: render, reason: value["reason"]?.stringValue ?? "",
            part: value["part"].map { SyncPart($0) } ?? .whole)
    }
}

/// The unit could not be rendered, or its objects may not be applied.
package struct RenderFailed: Payload {
    package static let kind = EventKind.renderFailed
    package var version: Version
    package var reason: Text

    package init(version: Version, reason: Text) {
        self.version = version
        self.reason = reason
    }

    package var value: Value { ["version": Value(version), "reason": Value(reason)] }

    package init?(_ value: Value) {
        guard let version = value["version"]?.versionValue else { return nil }
        self.init(version: version, reason: value["reason"]?.stringValue ?? "")
    }
}

package struct HealthChanged: Payload {
    package static let kind = EventKind.healthChanged
    package var health: Health
    package var reason: Text

    package init(health: Health, reason: Text) {
        self.health = health
        self.reason = reason
    }

    package var value: Value {
        .fields(["health": Value(health.rawValue), "reason": reason.isEmpty ? nil : Value(reason)])
    }

    package init?(_ value: Value) {
        guard let health = (value["health"]?.stringValue).flatMap({ Health(rawValue: $0.string) }) else { return nil }
        self.init(health: health, reason: value["reason"]?.stringValue ?? "")
    }
}

/// Nothing is applied to the unit until the end time.
package struct Paused: Payload {
    package static let kind = EventKind.paused
    package var until: Time
    package var reason: Text

    package init(until: Time, reason: Text) {
        self.until = until
        self.reason = reason
    }

    package var value: Value { .fields(["until": Value(until), "reason": reason.isEmpty ? nil : Value(reason)]) }

    package init?(_ value: Value) {
        guard let until = value["until"]?.timeValue else { return nil }
        self.init(until: until, reason: value["reason"]?.stringValue ?? "")
    }
}

package struct Resumed: Payload {
    package static let kind = EventKind.resumed
    package var reason: Text

    package init(reason: Text) { self.reason = reason }
    package var value: Value { .fields(["reason": reason.isEmpty ? nil : Value(reason)]) }
    package init?(_ value: Value) { self.init(reason: value["reason"]?.stringValue ?? "") }
}

/// A person lets one plan through: a deletion guard, an approval.
package struct Confirmed: Payload {
    package static let kind = EventKind.confirmed
    package var plan: Digest
    package var reason: Text

    package init(plan: Digest, reason: Text) {
        self.plan = plan
        self.reason = reason
    }

    package var value: Value { .fields(["plan": Value(plan), "reason": reason.isEmpty ? nil : Value(reason)]) }

    package init?(_ value: Value) {
        guard let plan = value["plan"]?.digestValue else { return nil }
        self.init(plan: plan, reason: value["reason"]?.stringValue ?? "")
    }
}

/// A render digest is bad on this unit: it is not converged to again. Lifted by a digest, not by a commit.
package struct MarkedBad: Payload {
    package static let kind = EventKind.markedBad
    package var renders: [Digest]
    package var reason: Text

    package init(renders: [Digest], reason: Text) {
        self.renders = renders
        self.reason = reason
    }

    package var value: Value { ["renders": .array(renders.map { Value($0) }), "reason": Value(reason)] }

    package init?(_ value: Value) {
        self.init(
            renders: value["renders"]?.arrayValue?.compactMap(\.digestValue) ?? [],
            reason: value["reason"]?.stringValue ?? "")
    }
}

/// The mark is taken back by a person.
package struct BadLifted: Payload {
    package static let kind = EventKind.badLifted
    package var renders: [Digest]
    package var reason: Text

    package init(renders: [Digest], reason: Text) {
        self.renders = renders
        self.reason = reason
    }

    package var value: Value {
        .fields([
            "renders": .array(renders.map { Value($0) }), "reason": reason.isEmpty ? nil : Value(reason),
        ])
    }

    package init?(_ value: Value) {
        self.init(
            renders: value["renders"]?.arrayValue?.compactMap(\.digestValue) ?? [],
            reason: value["reason"]?.stringValue ?? "")
    }
}

/// The unit left the fleet; what happened to its objects stands in the intents and outcomes before.
package struct UnitRemoved: Payload {
    package static let kind = EventKind.unitRemoved
    /// Objects that stay as they are and are no longer ours.
    package var orphaned: [ObjectID]

    package init(orphaned: [ObjectID]) { self.orphaned = orphaned }

    package var value: Value { ["orphaned": Value(orphaned)] }

    package init?(_ value: Value) { self.init(orphaned: value["orphaned"]?.objectIDsValue ?? []) }
}
