// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import Synchronization

/// Inventories as they lie in the cluster: ConfigMaps of the unit's project, each with a part of it.
final class InventoryBooks: Sendable {
    static let prefix = "trimtab-inventory."
    /// Bytes of one part; a server takes 1 MiB.
    static let partLimit = 700_000
    /// So long what was stored is taken to lie there still: reading it costs a request a unit.
    static let trust: Duration = .seconds(6 * 3600)

    struct State {
        /// What was stored last by this process.
        var stored: [UnitID: StoredClaim] = [:]
        /// Where an inventory lies that was found elsewhere than it belongs, and in how many parts.
        var strayed: [UnitID: (place: Text, parts: Int)] = [:]
        /// When it was last known to lie there.
        var verified: [UnitID: Moment] = [:]
        /// What could not be stored because its namespace is not there yet.
        var owed: [UnitID: Inventory] = [:]
    }

    let state = Mutex(State())

    /// The name of a part: of the application for people, of the unit for certain.
    static func name(of unit: UnitID, part: Int) -> Text {
        let digest = Digest(of: Array(unit.description.utf8)).short
        let suffix = part == 0 ? "" : ".\(part)"
        return Text("\(prefix)\(unit.application.text.string.prefix(63)).\(digest)\(suffix)")
    }

    /// One line an object: key, UID, wave.
    static func parts(of inventory: Inventory) -> [Text] {
        var parts: [Text] = []
        var current = ""
        for (id, entry) in inventory.entries.sorted(by: { $0.key < $1.key }) {
            let line: Value = [.string(id.key), .string(entry.uid), .number(Number(Int64(entry.wave)))]
            current += String(decoding: JSON.write(line), as: UTF8.self) + "\n"
            if current.utf8.count > partLimit {
                parts.append(Text(current))
                current = ""
            }
        }
        if !current.isEmpty { parts.append(Text(current)) }
        return parts
    }

    /// Reads what ``parts(of:)`` writes; lines that cannot be read are passed over: they own nothing.
    static func read(_ parts: [Text]) -> Inventory {
        var inventory = Inventory()
        for line in parts.flatMap({ $0.string.utf8.split(separator: UInt8(ascii: "\n")) }) {
            guard let row = try? JSON.read(Array(line)).arrayValue, row.count == 3,
                let id = row[0].stringValue.flatMap(ObjectID.init(key:)), let uid = row[1].stringValue,
                let wave = row[2].intValue.flatMap(Int.init(exactly:))
            else { continue }
            inventory.entries[id] = Inventory.Entry(uid: uid, applied: nil, wave: wave)
        }
        return inventory
    }

    static func manifest(of unit: UnitID, part: Int, _ content: Text, in namespace: Text) -> Value {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(name(of: unit, part: part)), "namespace": .string(namespace),
                "labels": [Claim.inventory: .string(unit.fleet.text)],
                "annotations": [Claim.inventory: .string(Text(unit.description))],
            ],
            "data": ["objects": .string(content)],
        ]
    }

    static let resource = ResourceType(
        group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true)

    static func address(of unit: UnitID, part: Int, in namespace: Text) -> ObjectAddress {
        ObjectAddress(resource, namespace: namespace, name: name(of: unit, part: part))
    }
}
