// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What made the engine sync a unit.
package enum SyncCause: String, Sendable, Hashable, CaseIterable {
    case commit, drift, person, rollback, removal, recovery
}

/// A sync begins: everything that it will do is known.
package struct SyncStarted: Payload {
    package static let kind = EventKind.syncStarted
    package var version: Version
    package var render: Digest
    package var plan: Digest
    package var cause: SyncCause
    /// How many objects the plan creates, updates and deletes.
    package var counts: ChangeCounts
    /// What holds when the application has left the fleet and nobody can be asked any more.
    package var testament: Testament
    /// What the person said who asked for it; empty when nobody did.
    package var reason: Text
    /// How much was asked for.
    package var part: SyncPart
    /// Who had agreed to the plan; none where nobody had to.
    package var approvers: [Text]

    package init(
        version: Version, render: Digest, plan: Digest, cause: SyncCause, counts: ChangeCounts,
        testament: Testament = Testament(), reason: Text = "", part: SyncPart = .whole,
        approvers: [Text] = []
    ) {
        self.approvers = approvers
        self.part = part
        self.testament = testament
        self.reason = reason
        self.version = version
        self.render = render
        self.plan = plan
        self.cause = cause
        self.counts = counts
    }

    package var value: Value {
        .fields([
            "version": Value(version), "render": Value(render), "plan": Value(plan), "cause": Value(cause.rawValue),
            "counts": counts.value, "project": Value(testament.project), "onRemoval": Value(testament.onRemoval),
            "deletionHooks": testament.hasDeletionHooks ? .bool(true) : nil,
            "reason": reason.isEmpty ? nil : Value(reason),
            "part": part == .whole ? nil : part.value,
            "approvers": approvers.isEmpty ? nil : .array(approvers.map(Value.string)),
        ])
    }

    package init?(_ value: Value) {
        guard let version = value["version"]?.versionValue, let render = value["render"]?.digestValue,
            let plan = value["plan"]?.digestValue
        else { return nil }
        self.init(
            version: version, render: render, plan: plan,
            cause: (value["cause"]?.stringValue).flatMap { SyncCause(rawValue: $0.string) } ?? .commit,
            counts: ChangeCounts(value["counts"] ?? .null),
            testament: Testament(
                project: value["project"]?.stringValue ?? "", onRemoval: value["onRemoval"]?.stringValue ?? "",
                hasDeletionHooks: value["deletionHooks"]?.boolValue ?? false),
            reason: value["reason"]?.stringValue ?? "", part: value["part"].map { SyncPart($0) } ?? .whole,
            approvers: value["approvers"]?.textsValue ?? [])
    }
}

/// What a unit leaves behind when its application leaves the fleet, in the words of the fleet.
package struct Testament: Sendable, Hashable {
    package var project: Text
    package var onRemoval: Text
    /// Whether something has to run before or after its objects are deleted.
    package var hasDeletionHooks: Bool

    package init(project: Text = "", onRemoval: Text = "", hasDeletionHooks: Bool = false) {
        self.project = project
        self.onRemoval = onRemoval
        self.hasDeletionHooks = hasDeletionHooks
    }
}

package struct ChangeCounts: Sendable, Hashable {
    package var create: Int
    package var update: Int
    package var delete: Int
    package var keep: Int

    package init(create: Int = 0, update: Int = 0, delete: Int = 0, keep: Int = 0) {
        self.create = create
        self.update = update
        self.delete = delete
        self.keep = keep
    }

    package init(_ plan: Plan) {
        self.init(
            create: plan.count(.create), update: plan.count(.update), delete: plan.count(.delete),
            keep: plan.count(.keep))
    }

    package var value: Value {
        .fields([
            "create": Value(create), "update": Value(update), "delete": Value(delete), "keep": Value(keep),
        ])
    }

    package init(_ value: Value) {
        func count(_ key: Text) -> Int { value[key]?.intValue.flatMap(Int.init(exactly:)) ?? 0 }
        self.init(
            create: count("create"), update: count("update"), delete: count("delete"), keep: count("keep"))
    }
}

/// The journal knew nothing of a unit of which the target keeps an inventory: the state folder was lost, and what the
/// target says is taken for true, though nothing of it is deleted before a person agrees.
package struct InventoryRecovered: Payload {
    package static let kind = EventKind.inventoryRecovered
    package var inventory: Inventory
    /// Whose it was, and what holds for it until its first sync.
    package var testament: Testament

    package init(inventory: Inventory, testament: Testament = Testament()) {
        self.inventory = inventory.claim
        self.testament = testament
    }

    package var value: Value {
        .fields([
            "objects": Value(byObject: inventory.entries) { [Value($0.uid), Value($0.wave)] },
            "project": testament.project.isEmpty ? nil : Value(testament.project),
            "onRemoval": testament.onRemoval.isEmpty ? nil : Value(testament.onRemoval),
        ])
    }

    package init?(_ value: Value) {
        let entries = value["objects"]?.byObject { fields -> Inventory.Entry? in
            guard let fields = fields.arrayValue, fields.count == 2, let uid = fields[0].stringValue,
                let wave = fields[1].intValue.flatMap({ Int(exactly: $0) })
            else { return nil }
            return Inventory.Entry(uid: uid, applied: nil, wave: wave)
        }
        guard let entries else { return nil }
        inventory = Inventory(entries: entries)
        testament = Testament(
            project: value["project"]?.stringValue ?? "", onRemoval: value["onRemoval"]?.stringValue ?? "")
    }
}

/// What one wave will do, recorded before it is done.
package struct Intent: Payload {
    package static let kind = EventKind.intent
    package var wave: Int
    /// The uid of each object, as in ``Change/uid``.
    package var changes: [Change.Action: [ObjectID: Text]]

    package init(wave: Int, changes: [Change.Action: [ObjectID: Text]]) {
        self.wave = wave
        self.changes = changes
    }

    package var value: Value {
        var object = Object()
        object["wave"] = Value(wave)
        for action in Change.Action.allCases {
            if let objects = changes[action], !objects.isEmpty {
                object[Text(action.rawValue)] = Value(byObject: objects) { .string($0) }
            }
        }
        return .object(object)
    }

    package init?(_ value: Value) {
        guard let wave = value["wave"]?.intValue else { return nil }
        var changes: [Change.Action: [ObjectID: Text]] = [:]
        for action in Change.Action.allCases {
            changes[action] = value[Text(action.rawValue)]?.byObject(\.stringValue)
        }
        self.init(wave: Int(wave), changes: changes)
    }
}

/// What came of one wave.
package struct WaveOutcome: Payload {
    package static let kind = EventKind.outcome
    package var wave: Int
    package struct Applied: Sendable, Hashable {
        package var digest: Digest
        package var uid: Text

        package init(digest: Digest, uid: Text) {
            self.digest = digest
            self.uid = uid
        }
    }

    /// Objects that now stand as desired, with the digest of what was applied.
    package var applied: [ObjectID: Applied]
    /// Objects that are gone or no longer ours.
    package var released: [ObjectID]
    /// Of those two, objects for which nothing had to be done after all.
    package var unchanged: [ObjectID]
    package var failed: [ObjectID: Text]

    package init(
        wave: Int, applied: [ObjectID: Applied], released: [ObjectID], unchanged: [ObjectID] = [],
        failed: [ObjectID: Text]
    ) {
        self.wave = wave
        self.applied = applied
        self.released = released
        self.unchanged = unchanged
        self.failed = failed
    }

    package var value: Value {
        .fields([
            "wave": Value(wave),
            "applied": Value(byObject: applied) { [Value($0.digest), Value($0.uid)] },
            "released": released.isEmpty ? nil : Value(released),
            "unchanged": unchanged.isEmpty ? nil : Value(unchanged),
            "failed": failed.isEmpty ? nil : Value(byObject: failed) { .string($0) },
        ])
    }

    package init?(_ value: Value) {
        guard let wave = value["wave"]?.intValue else { return nil }
        self.init(
            wave: Int(wave),
            applied: value["applied"]?.byObject { pair in
                guard let pair = pair.arrayValue, pair.count == 2, let digest = pair[0].digestValue else { return nil }
                return Applied(digest: digest, uid: pair[1].stringValue ?? "")
            } ?? [:],
            released: value["released"]?.objectIDsValue ?? [],
            unchanged: value["unchanged"]?.objectIDsValue ?? [],
            failed: value["failed"]?.byObject(\.stringValue) ?? [:])
    }
}

/// A sync ended.
package struct SyncEnded: Payload {
    package enum Result: String, Sendable, Hashable, CaseIterable {
        case succeeded, failed, cancelled, superseded
    }

    package static let kind = EventKind.syncEnded
    package var result: Result
    package var version: Version
    package var render: Digest
    /// Empty when there is nothing to say.
    package var reason: Text
    /// Of a sync that succeeded: what is ours by the target's word alone, the journal having been lost, and was left as it
    /// is. Ordered.
    package var unconfirmed: [ObjectID]

    package init(
        result: Result, version: Version, render: Digest, reason: Text = "", unconfirmed: [ObjectID] = []
    ) {
        self.result = result
        self.version = version
        self.render = render
        self.reason = reason
        self.unconfirmed = unconfirmed
    }

    package var value: Value {
        .fields([
            "result": Value(result.rawValue), "version": Value(version), "render": Value(render),
            "reason": reason.isEmpty ? nil : Value(reason),
            "unconfirmed": unconfirmed.isEmpty ? nil : Value(unconfirmed),
        ])
    }

    package init?(_ value: Value) {
        guard let result = (value["result"]?.stringValue).flatMap({ Result(rawValue: $0.string) }),
            let version = value["version"]?.versionValue, let render = value["render"]?.digestValue
        else { return nil }
        self.init(
            result: result, version: version, render: render, reason: value["reason"]?.stringValue ?? "",
            unconfirmed: value["unconfirmed"]?.objectIDsValue ?? [])
    }
}

/// A person stops what is under way. It is not begun again by itself; other content is.
package struct Cancelled: Payload {
    package static let kind = EventKind.cancelled
    /// What the unit was on its way to.
    package var version: Version
    package var reason: Text

    package init(version: Version, reason: Text) {
        self.version = version
        self.reason = reason
    }

    package var value: Value {
        .fields(["version": Value(version), "reason": reason.isEmpty ? nil : Value(reason)])
    }

    package init?(_ value: Value) {
        guard let version = value["version"]?.versionValue else { return nil }
        self.init(version: version, reason: value["reason"]?.stringValue ?? "")
    }
}

/// A unit is at earlier content again, because newer content is marked bad.
package struct RolledBack: Payload {
    package static let kind = EventKind.rolledBack
    package struct Place: Sendable, Hashable {
        package var version: Version
        package var render: Digest

        package init(version: Version, render: Digest) {
            self.version = version
            self.render = render
        }
    }

    package var from: Place
    package var to: Place

    package init(from: Place, to: Place) {
        self.from = from
        self.to = to
    }

    package var value: Value { ["from": from.value, "to": to.value] }

    package init?(_ value: Value) {
        guard let from = value["from"].flatMap(Place.init), let to = value["to"].flatMap(Place.init) else {
            return nil
        }
        self.init(from: from, to: to)
    }
}

extension RolledBack.Place {
    fileprivate var value: Value { ["version": Value(version), "render": Value(render)] }

    fileprivate init?(_ value: Value) {
        guard let version = value["version"]?.versionValue, let render = value["render"]?.digestValue else {
            return nil
        }
        self.init(version: version, render: render)
    }
}
