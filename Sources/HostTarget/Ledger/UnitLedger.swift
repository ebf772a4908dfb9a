// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What the target itself keeps of a unit: its inventory, and what the driver must know to take it back.
struct UnitLedger: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        /// The path as declared, or another name of the thing (``HostObject/place``).
        var uid: Text
        var wave: Int
        /// Where a path really leads, if that differs.
        var real: Text?
        /// Whether we wrote it. What stood as desired before we came stays when we go.
        var isWritten: Bool
        /// Applied before, and the record that said whether we wrote it was lost.
        var isUncertain = false
        /// Of a service: what it does about the change of objects.
        var reactions: [ObjectID: Reaction] = [:]
        /// Of a service: what it still has to do about one.
        var due: Reaction?
        /// Placed by a wave whose commands have not agreed yet: undone if the process does not live to ask them.
        var isUnvalidated = false

        /// Where it lies, links resolved when it was written.
        var path: HostPath? { HostPath(real ?? uid) }
    }

    /// A place that an object has left, where something of ours still stands.
    struct Former: Sendable, Hashable {
        var object: ObjectID
        var entry: Entry
    }

    var entries: [ObjectID: Entry] = [:]
    var former: [Former] = []
    /// Folders made on the way to objects, to be removed when they are empty and nothing needs them.
    var folders: [HostPath] = []

    var isEmpty: Bool { entries.isEmpty && former.isEmpty && folders.isEmpty }

    var inventory: Inventory {
        Inventory(entries: entries.mapValues { Inventory.Entry(uid: $0.uid, applied: nil, wave: $0.wave) })
    }

    /// What its objects stand for, by all names.
    var places: [Text] { entries.values.flatMap { [$0.uid, $0.real].compactMap(\.self) } }

    /// Where something stands that the unit wrote.
    var writtenPaths: Set<HostPath> {
        Set((Array(entries.values) + former.map(\.entry)).filter(\.isWritten).compactMap(\.path))
    }

    /// Whether it is not known who made what an object stands for. The engine's inventory is stored before anything is
    /// written, so an object that is not here was applied before the record was lost.
    func isUncertain(_ id: ObjectID) -> Bool { entries[id]?.isUncertain ?? true }

    /// Places that objects have left and that stay, since nobody knows whose they are.
    var doubts: [Former] { former.filter(\.entry.isUncertain) }

    /// Whether there is nothing to take over. A service has files besides, which the engine does not know.
    func holds(_ inventory: Inventory) -> Bool {
        guard !inventory.entries.isEmpty, entries.count == inventory.entries.count else { return false }
        return inventory.entries.allSatisfy { id, entry in
            entries[id].map { $0.uid == entry.uid && $0.wave == entry.wave } ?? false
        }
    }

    /// Takes over what the engine knows, and keeps what only the driver does.
    mutating func adopt(_ inventory: Inventory) {
        var adopted: [ObjectID: Entry] = [:]
        adopted.reserveCapacity(inventory.entries.count)
        for (id, entry) in inventory.entries {
            let known = entries[id]
            if let known, known.uid == entry.uid {
                adopted[id] = known
                adopted[id]?.wave = entry.wave
            } else {
                leave(id)
                adopted[id] =
                    comeBack(id, to: entry.uid)
                    ?? Entry(
                        uid: entry.uid, wave: entry.wave, real: nil, isWritten: false,
                        isUncertain: known == nil && entry.applied != nil)
                adopted[id]?.wave = entry.wave
            }
        }
        let services = Set(adopted.keys.filter { $0.kind == "Service" }.map(\.name))
        for (id, entry) in entries where id.kind == ServiceFiles.kind && services.contains(id.namespace) {
            adopted[id] = entry
        }
        entries = adopted
        if entries.isEmpty {
            former = []
            folders = []
        }
    }

    /// The object is about to be written at a place.
    mutating func claim(_ id: ObjectID, uid: Text, wave: Int, real: HostPath?) {
        if let known = entries[id], known.uid != uid { leave(id) }
        let realText = real?.text
        let entry = Entry(uid: uid, wave: wave, real: realText == uid ? nil : realText, isWritten: true)
        if entries[id] != entry { entries[id] = entry }
        // Whoever left the place: what stands there is this object's now.
        if !former.isEmpty { former.removeAll { $0.entry.path == entry.path } }
    }

    /// The service is about to be set right.
    mutating func claim(service id: ObjectID, uid: Text, wave: Int, reactions: [ObjectID: Reaction]) {
        let due = entries[id]?.due
        entries[id] = Entry(uid: uid, wave: wave, real: nil, isWritten: true, reactions: reactions, due: due)
    }

    /// What services have to do is again what it was in a ledger. One that is new since then may have run before its
    /// files were written, for instance because its package started it, so it is told of all of them.
    mutating func forgetNews(since before: UnitLedger) {
        for (id, entry) in entries where id.kind == "Service" {
            let known = before.entries[id].flatMap { $0.isWritten ? $0 : nil }
            let due = if let known { known.due } else { entry.isWritten ? entry.reactions.values.max() : nil }
            if entry.due != due { entries[id]?.due = due }
        }
    }

    /// Objects are about to change: services that use them will have to do something about that.
    mutating func noteChange(of changed: Set<ObjectID>) {
        for (id, entry) in entries where id.kind == "Service" {
            let isOwnFile = changed.contains { ServiceFiles.isFile($0, of: id) }
            let reactions = entry.reactions.filter { changed.contains($0.key) }.values + (isOwnFile ? [.restart] : [])
            if let strongest = reactions.max() { entries[id]?.due = max(strongest, entry.due ?? .reload) }
        }
    }

    /// What stands where the object is may not be ours.
    mutating func doubt(_ id: ObjectID) {
        entries[id]?.isWritten = false
        entries[id]?.isUncertain = true
    }

    private mutating func leave(_ id: ObjectID) {
        guard let known = entries[id], known.isWritten || known.isUncertain, let path = known.path else { return }
        // To take away the same place twice would take away what was put back there.
        former.removeAll { $0.entry.path == path }
        former.append(Former(object: id, entry: known))
        entries[id] = nil
    }

    /// What was known of an object at a place that it was to leave, and where it stays now.
    private mutating func comeBack(_ id: ObjectID, to uid: Text) -> Entry? {
        guard let index = former.firstIndex(where: { $0.object == id && $0.entry.uid == uid }) else { return nil }
        return former.remove(at: index).entry
    }
}

extension HostFault {
    /// It is neither removed, which it may not deserve, nor let go of in silence.
    static func lostRecord(of what: some CustomStringConvertible) -> HostFault {
        HostFault(
            "Trimtab's record on this host was lost, so it is not known whether Trimtab made \(what): remove it by hand"
                + " or move it away, then sync again")
    }
}
