// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// Decides what to do to each object. Pure: what is desired, how the live objects stand to it, what is ours.
package enum Planner {
    /// Why some objects cannot be planned, with their reasons in words.
    package struct Conflict: Error, Sendable, Hashable {
        package var reasons: [Text]
    }

    /// A whole plan, or the part of it that is asked for: objects of the inventory that are no longer desired are
    /// deleted, unless that has to be asked for.
    ///
    /// An object that stands as desired but is not in the inventory is updated with no fields, which makes it ours. Hooks
    /// are no part of the plan, and what is left of them is only deleted when they are declared no more.
    ///
    /// - Parameters:
    ///   - desired: All that is declared, whatever is asked for: of an object that is let go it has to be known whether
    ///     it is declared under another name.
    ///   - live: How all of it stands.
    ///   - pruning: Whether deletions go by themselves.
    package static func plan(
        unit: UnitID, render: Digest, desired: [DesiredObject], hooks: [DesiredObject] = [],
        live: [ObjectID: Comparison], inventory: Inventory, part: SyncPart = .whole,
        pruning: SyncPolicy.Pruning = .auto, uid: (DesiredObject) -> Text
    ) throws(Conflict) -> Plan {
        // What is not asked for may be broken.
        let meant = part.isLimited ? desired.filter { part.writes($0.id) } : desired
        if !part.isLimited { _ = try self.changes(desired: hooks, live: live, inventory: inventory, uid: uid) }
        var changes = try self.changes(desired: meant, live: live, inventory: inventory, uid: uid)
        let wanted = Set((desired + hooks).map(\.id))
        var wantedUIDs = Set(changes.map(\.uid))
        if part.isLimited {
            for object in desired {
                wantedUIDs.formUnion([uid(object), inventory.entries[object.id]?.uid ?? ""])
            }
        }
        wantedUIDs.remove("")
        var unpruned: [ObjectID] = []
        for (id, entry) in inventory.entries where !wanted.contains(id) {
            // A renamed object may stand for the same thing (a file's path): that thing is desired and must stay.
            let action: Change.Action = wantedUIDs.contains(entry.uid) ? .orphan : .delete
            if action == .delete || part.isLimited, !part.prunes(id, byPolicy: pruning == .auto) {
                if action == .delete { unpruned.append(id) }
                continue
            }
            changes.append(Change(object: id, uid: entry.uid, action: action, wave: entry.wave))
        }
        return sealed(unit: unit, render: render, changes: changes, unpruned: unpruned.sorted())
    }

    /// A plan for some objects of an applied version, whose drift is put back. Deletes nothing.
    ///
    /// - Parameter namesOthers: whether the plan says that all other objects are kept.
    package static func healing(
        unit: UnitID, render: Digest, desired: [DesiredObject], live: [ObjectID: Comparison], inventory: Inventory,
        namesOthers: Bool = false, uid: (DesiredObject) -> Text
    ) throws(Conflict) -> Plan {
        var changes = try self.changes(desired: desired, live: live, inventory: inventory, uid: uid)
        if namesOthers {
            let named = Set(changes.map(\.object))
            changes += inventory.entries.filter { !named.contains($0.key) }.map { id, entry in
                Change(object: id, uid: entry.uid, action: .keep, wave: entry.wave)
            }
        }
        return sealed(unit: unit, render: render, changes: changes)
    }

    /// A plan that deletes all that is ours.
    package static func removal(unit: UnitID, render: Digest, inventory: Inventory) -> Plan {
        let changes = inventory.entries.map { id, entry in
            Change(object: id, uid: entry.uid, action: .delete, wave: entry.wave)
        }
        return sealed(unit: unit, render: render, changes: changes)
    }

    private static func changes(
        desired: [DesiredObject], live: [ObjectID: Comparison], inventory: Inventory, uid: (DesiredObject) -> Text
    ) throws(Conflict) -> [Change] {
        var changes: [Change] = []
        changes.reserveCapacity(desired.count)
        var conflicts: [Text] = []
        for object in desired {
            let known = inventory.entries[object.id]
            func change(_ action: Change.Action, _ fields: [FieldDifference] = []) {
                var known = uid(object)
                // What is there is what it was, where nobody says otherwise; what is made is new.
                if known.isEmpty, action != .create { known = inventory.entries[object.id]?.uid ?? "" }
                changes.append(Change(object: object.id, uid: known, action: action, wave: object.wave, fields: fields))
            }
            switch live[object.id] {
            case .same, .extended:
                // At rest nothing is read of an object but its identity and its digest.
                if let known, known.applied == object.digest {
                    changes.append(Change(object: object.id, uid: known.uid, action: .keep, wave: object.wave))
                } else {
                    // One that stands where it is to be from now on has left the place where it was.
                    let place = uid(object)
                    let isMoved = known.map { !$0.uid.isEmpty && !place.isEmpty && $0.uid != place } ?? false
                    change(known != nil && !isMoved ? .keep : .update)
                }
            case .absent: change(.create)
            case .differs(let fields, _): change(.update, fields)
            case .claimed(let owner):
                conflicts.append("\(object.id) belongs to \(owner): remove it from one of both")
            case .refused(let reason): conflicts.append("\(object.id): \(reason)")
            case nil: conflicts.append("\(object.id): the target gave no answer")
            }
        }
        guard conflicts.isEmpty else { throw Conflict(reasons: conflicts) }
        return changes
    }

    private static func sealed(
        unit: UnitID, render: Digest, changes: [Change], unpruned: [ObjectID] = []
    ) -> Plan {
        // By their places: to sort changes themselves would move and count all that they refer to.
        let places = changes.indices.sorted { Waves.precedes(changes[$0], changes[$1]) }
        let ordered = places.map { changes[$0] }
        return Plan(
            unit: unit, renderDigest: render, changes: ordered, digest: digest(unit, render, ordered),
            unpruned: unpruned)
    }

    /// Of what would be done and why; objects that are kept do not count, so that a plan for a part of a unit and one
    /// for the whole agree.
    private static func digest(_ unit: UnitID, _ render: Digest, _ changes: [Change]) -> Digest {
        let rows: [Value] = changes.filter { $0.action != .keep }.map { change in
            let fields: [Value] = change.fields.map { field in
                [Value(field.path.description), field.old ?? .null, field.new ?? .null]
            }
            return [Value(change.object.key), Value(change.uid), Value(change.action.rawValue), .array(fields)]
        }
        return ([Value(unit.description), Value(render), .array(rows)] as Value).digest()
    }
}
