// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// That a unit reads a secret: what, at which version, and since when.
package struct SecretUse: Sendable, Hashable {
    package var unit: UnitID
    package var project: Text
    package var access: SecretAccess
    package var time: Time
    package var actor: Actor

    /// What tells of it.
    package static let kinds: [EventKind] = [.secretsRead, .unitRemoved, .retained]

    package var wire: Value {
        .fields([
            "unit": Value("\(unit)"), "project": Value(project), "place": Value(access.place),
            "keys": .array(access.keys.map(Value.string)), "version": Value(access.version),
            "recipients": access.recipients.isEmpty ? nil : .array(access.recipients.map(Value.string)),
            "time": Value("\(time)"), "actor": Value(actor.text),
        ])
    }

    /// Whether it is of what somebody asks about: a place, a path, a key, `PLACE#KEY`, or the key that a file is
    /// encrypted to.
    package func isOf(_ what: Text) -> Bool {
        let path = access.place.string.split(separator: ":", maxSplits: 1).last.map { Text(String($0)) }
        return access.place == what || path == what || access.keys.contains(what)
            || access.keys.contains { what == "\(access.place)#\($0)" }
            // Before it stands of which kind it is: "age age1…".
            || access.recipients.contains { $0 == what || $0.string.hasSuffix(" \(what)") }
    }

    /// Of events whose payloads were erased: what units still had then.
    private static func retained(by event: Event) -> [SecretUse] {
        let folds = event.payload["folds"]?.arrayValue ?? []
        let states = folds.filter { $0["fold"] == "unitRecords" }.compactMap { $0["state"]?.objectValue }
        return states.flatMap(\.pairs).flatMap { name, value -> [SecretUse] in
            guard let unit = UnitID(parsing: name), let record = UnitRecord(value) else { return [] }
            return record.secrets.map { access in
                SecretUse(
                    unit: unit, project: record.testament.project, access: access, time: event.time, actor: event.actor)
            }
        }
    }

    /// What units read now, as their journal says it; or, with all, what they ever read.
    package static func fold(_ events: [EventView], all: Bool = false) -> [SecretUse] {
        var uses: [UnitID: [SecretUse]] = [:]
        for event in events.map(\.event) {
            if event.kind == .retained {
                for (unit, kept) in Dictionary(grouping: retained(by: event), by: \.unit) where uses[unit] == nil {
                    uses[unit] = kept
                }
                continue
            }
            guard let unit = event.unit else { continue }
            if event.kind == .unitRemoved, !all { uses[unit] = nil }
            guard let read = event.payload(as: SecretsRead.self) else { continue }
            let before = uses[unit] ?? []
            let known = Dictionary(before.map { ($0.access, $0) }) { _, last in last }
            let now = read.accesses.map { access in
                known[access]
                    ?? SecretUse(
                        unit: unit, project: read.project, access: access, time: event.time, actor: event.actor)
            }
            uses[unit] = all ? before + now.filter { known[$0.access] == nil } : now
        }
        return uses.values.joined().sorted { left, right in
            (left.access.place, left.unit, left.time) < (right.access.place, right.unit, right.time)
        }
    }
}
