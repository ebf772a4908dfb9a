// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension UnitLedger {
    private static let format: Int64 = 1
    /// 100,000 objects with the longest of paths.
    private static let budget = Budget(bytes: 512 << 20, depth: 8, nodes: 4_000_000, documents: 1)

    func written(for unit: UnitID) -> [UInt8] {
        let rows: [Value] = entries.sorted { $0.key < $1.key }.map { id, entry in .object(Self.row(id, entry)) }
        var object = Object()
        object["format"] = .number(Number(Self.format))
        object["unit"] = .string(Text(unit.description))
        object["objects"] = .array(rows)
        if !former.isEmpty { object["former"] = .array(former.map { .object(Self.row($0.object, $0.entry)) }) }
        if !folders.isEmpty { object["folders"] = .array(folders.compactMap { $0.text.map(Value.string) }) }
        return JSON.write(.object(object), style: .compact) + [UInt8(ascii: "\n")]
    }

    private static func row(_ id: ObjectID, _ entry: Entry) -> Object {
        var row = Object(uniquePairs: [
            ("object", .string(id.key)), ("place", .string(entry.uid)), ("wave", .number(Number(Int64(entry.wave)))),
            ("written", .bool(entry.isWritten)),
        ])
        if let real = entry.real { row["real"] = .string(real) }
        for reaction in Reaction.allCases {
            let ids = entry.reactions.filter { $0.value == reaction }.keys.sorted()
            if !ids.isEmpty { row[Text("\(reaction.rawValue)On")] = .array(ids.map { .string($0.key) }) }
        }
        if let due = entry.due { row["due"] = .string(Text(due.rawValue)) }
        if entry.isUnvalidated { row["unvalidated"] = true }
        if entry.isUncertain { row["uncertain"] = true }
        return row
    }

    /// Strict: what is not what we write is a fault, with the file and the place.
    static func read(_ bytes: [UInt8], file: HostPath) throws(HostFault) -> (unit: UnitID, ledger: UnitLedger) {
        let value: Value
        do {
            value = try JSON.read(bytes, file: Text(file.description), budget: budget)
        } catch {
            throw HostFault("\(error): restore or remove this record of what was applied")
        }
        func damaged(_ what: String) -> HostFault {
            HostFault("\(file): \(what): restore or remove this record of what was applied")
        }
        guard value["format"]?.intValue == format else { throw damaged("is of an unknown format") }
        guard let unit = value["unit"]?.stringValue.flatMap(UnitID.init(parsing:)) else {
            throw damaged("names no unit")
        }
        var ledger = UnitLedger()
        for row in value["objects"]?.arrayValue ?? [] {
            guard let (id, entry) = parse(row), ledger.entries.updateValue(entry, forKey: id) == nil else {
                throw damaged("holds a bad entry")
            }
        }
        for row in value["former"]?.arrayValue ?? [] {
            guard let (id, entry) = parse(row) else { throw damaged("holds a bad entry") }
            ledger.former.append(Former(object: id, entry: entry))
        }
        for row in value["folders"]?.arrayValue ?? [] {
            guard let path = row.stringValue.flatMap({ HostPath($0) }) else { throw damaged("holds a bad folder") }
            ledger.folders.append(path)
        }
        return (unit, ledger)
    }

    private static func parse(_ row: Value) -> (ObjectID, Entry)? {
        guard let id = row["object"]?.stringValue.flatMap(ObjectID.init(key:)), let uid = row["place"]?.stringValue,
            let wave = row["wave"]?.intValue.flatMap({ Int(exactly: $0) }), let isWritten = row["written"]?.boolValue
        else { return nil }
        var entry = Entry(uid: uid, wave: wave, real: row["real"]?.stringValue, isWritten: isWritten)
        for reaction in Reaction.allCases {
            for name in row[Text("\(reaction.rawValue)On")]?.arrayValue ?? [] {
                guard let id = name.stringValue.flatMap(ObjectID.init(key:)) else { return nil }
                entry.reactions[id] = reaction
            }
        }
        entry.due = row["due"]?.stringValue.flatMap { Reaction(rawValue: $0.string) }
        entry.isUnvalidated = row["unvalidated"]?.boolValue ?? false
        entry.isUncertain = row["uncertain"]?.boolValue ?? false
        return (id, entry)
    }
}
