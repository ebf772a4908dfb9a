// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

extension FleetSnapshot {
    /// Of what the fleet says: how every unit is made, where sources lie, and what is not in order. Two snapshots with one
    /// digest ask for the same, also when other processes read them.
    package func digest() -> Digest {
        let units = specs.map { spec in [.string(Text("\(spec.unit)")), .string(Text(spec.digest.hex))] as Value }
        let places = sources.sorted { $0.key < $1.key }.map { $0.value.summary }
        let broken = problems.map { Value.string(Text($0.description)) }
        let names =
            targets.keys.map(\.text).sorted() + projects.keys.map(\.text).sorted()
            + applications.keys.map(\.text).sorted()
        var parts: [Value] = [
            .string(name?.text ?? ""), .array(units), .array(places), .array(broken), .array(names.map(Value.string)),
        ]
        if !roles.isEmpty || !roleBindings.isEmpty {
            parts.append(.array(roles.sorted { $0.key < $1.key }.map(\.value.summary)))
            parts.append(.array(roleBindings.sorted { $0.key < $1.key }.map(\.value.summary)))
        }
        if !notifications.isEmpty {
            parts.append(.array(notifications.sorted { $0.key < $1.key }.map(\.value.summary)))
        }
        return Value.array(parts).digest()
    }
}

extension Source {
    fileprivate var summary: Value {
        let place: Value =
            switch location {
            case .git(let address): ["git", .string(address)]
            case .folder(let path): ["folder", .string(path)]
            }
        let keys = verification.map { Value.string(Text(Digest(of: $0.keys).hex)) } ?? .null
        return [
            .string(name.text), place, credentials.map(Value.string) ?? .null, .string(Text("\(interval)")), keys,
            .bool(allowsRewrites),
        ]
    }
}
