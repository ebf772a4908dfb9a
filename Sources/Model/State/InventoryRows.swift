// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Algorithms
import Manifest

/// Entries of an inventory in order of their identities: what many identities have in common once, UIDs as numbers, and
/// no room for more. A dictionary of a hundred has room for 192.
struct InventoryRows: Sendable {
    private struct Realm: Sendable, Hashable, Comparable {
        var group, kind, namespace: Text

        init(of id: ObjectID) { (group, kind, namespace) = (id.group, id.kind, id.namespace) }

        /// As identities are ordered.
        static func < (left: Realm, right: Realm) -> Bool {
            if left.group != right.group { return left.group < right.group }
            if left.kind != right.kind { return left.kind < right.kind }
            return left.namespace < right.namespace
        }
    }

    private struct Row: Sendable {
        enum UID: Sendable {
            case compact(CompactUID)
            case text(Text)
        }

        var name: Text
        var applied: Digest
        var uid: UID
        var hasApplied: Bool
        /// In ``realms``.
        var realm: UInt16
        var wave: Int32
    }

    static let bytesOfRow = MemoryLayout<Row>.stride

    private var realms: ContiguousArray<Realm> = []
    private var rows: ContiguousArray<Row> = []

    init() {}

    /// `nil` where they do not fit: no wave has such a number, and no unit so many kinds and namespaces.
    init?(_ entries: [ObjectID: Inventory.Entry]) {
        let ids = entries.keys.sorted()
        rows.reserveCapacity(ids.count)
        for id in ids {
            let realm = Realm(of: id)
            if realms.last != realm { realms.append(realm) }
            guard let entry = entries[id], let place = UInt16(exactly: realms.count - 1),
                let row = Self.row(entry, id.name, in: place)
            else { return nil }
            rows.append(row)
        }
        // No room for more.
        realms = ContiguousArray(realms.map(\.self))
    }

    var count: Int { rows.count }
    var isEmpty: Bool { rows.isEmpty }

    subscript(id: ObjectID) -> Inventory.Entry? { index(of: id).map { entry(rows[$0]) } }

    /// Changes or removes what is there. False where that is not possible.
    mutating func put(_ entry: Inventory.Entry?, at id: ObjectID) -> Bool {
        guard let index = index(of: id) else { return entry == nil }
        guard let entry else {
            rows.remove(at: index)
            return true
        }
        guard let row = Self.row(entry, rows[index].name, in: rows[index].realm) else { return false }
        rows[index] = row
        return true
    }

    /// `nil` where they do not fit any more.
    func mapValues(_ change: (Inventory.Entry) -> Inventory.Entry) -> InventoryRows? {
        var changed = self
        for index in rows.indices {
            let row = rows[index]
            guard let new = Self.row(change(entry(row)), row.name, in: row.realm) else { return nil }
            changed.rows[index] = new
        }
        return changed
    }

    private static func row(_ entry: Inventory.Entry, _ name: Text, in realm: UInt16) -> Row? {
        guard let wave = Int32(exactly: entry.wave) else { return nil }
        return Row(
            name: name, applied: entry.applied ?? noDigest,
            uid: CompactUID(entry.uid).map(Row.UID.compact) ?? .text(entry.uid), hasApplied: entry.applied != nil,
            realm: realm, wave: wave)
    }

    private static let noDigest = Digest(of: [])

    private func entry(_ row: Row) -> Inventory.Entry {
        let uid =
            switch row.uid {
            case .compact(let uid): uid.text
            case .text(let text): text
            }
        return Inventory.Entry(uid: uid, applied: row.hasApplied ? row.applied : nil, wave: Int(row.wave))
    }

    private func id(_ row: Row) -> ObjectID {
        let realm = realms[Int(row.realm)]
        return ObjectID(group: realm.group, kind: realm.kind, namespace: realm.namespace, name: row.name)
    }

    private func index(of id: ObjectID) -> Int? {
        let wanted = Realm(of: id)
        let realm = realms.partitioningIndex { $0 >= wanted }
        guard realm < realms.count, realms[realm] == wanted else { return nil }
        let index = rows.partitioningIndex { row in
            row.realm == realm ? row.name >= id.name : row.realm > realm
        }
        guard index < rows.count, rows[index].realm == realm, rows[index].name == id.name else { return nil }
        return index
    }
}

extension InventoryRows: Sequence {
    func makeIterator() -> some IteratorProtocol<Inventory.Entries.Element> {
        rows.lazy.map { (key: id($0), value: entry($0)) }.makeIterator()
    }
}
