// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// How the twin takes objects apart into fields: maps by key, some lists by their items' keys, the rest as leaves.
enum FieldTree {
    /// Top-level keys, and keys of metadata, that nobody manages.
    private static let unmanaged: Set<Text> = ["apiVersion", "kind"]
    private static let unmanagedMetadata: Set<Text> = [
        "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink",
        "deletionTimestamp",
    ]

    private static let keysOfLists: [Text: [Text]] = [
        "containers": ["name"], "initContainers": ["name"], "ephemeralContainers": ["name"], "volumes": ["name"],
        "env": ["name"], "imagePullSecrets": ["name"], "conditions": ["type"], "volumeMounts": ["mountPath"],
        "ownerReferences": ["uid"], "hostAliases": ["ip"],
    ]

    /// What identifies an item of a list; `nil` for a list that is one field.
    static func step(of item: Value, in list: Text?) -> FieldStep? {
        guard let list else { return nil }
        if list == "finalizers" { return .value(Text(utf8: JSON.write(item, style: .canonical)) ?? "") }
        var keys = keysOfLists[list]
        if list == "ports" { keys = [item["containerPort"] == nil ? "port" : "containerPort", "protocol"] }
        guard let keys, case .object = item else { return nil }
        var object = Object()
        for key in keys { if let value = item[key] { object[key] = value } }
        return .item(Text(utf8: JSON.write(.object(object), style: .canonical)) ?? "")
    }

    /// The fields of an object with their values, maps and keyed items that are there included without one.
    static func fields(of object: Value) -> [Field: Value] {
        var fields: [Field: Value] = [:]
        for (key, value) in object.objectValue?.pairs ?? [] where !unmanaged.contains(key) {
            if key == "metadata" {
                let kept = (value.objectValue?.pairs ?? []).filter { !unmanagedMetadata.contains($0.key) }
                for pair in kept { collect(pair.value, [.field(key), .field(pair.key)], pair.key, &fields) }
            } else {
                collect(value, [.field(key)], key, &fields)
            }
        }
        return fields
    }

    private static func collect(_ value: Value, _ path: Field, _ name: Text?, _ fields: inout [Field: Value]) {
        switch value {
        case .object(let object) where !object.isEmpty:
            for (key, value) in object.pairs { collect(value, path + [.field(key)], key, &fields) }
        case .array(let items) where !items.isEmpty && items.allSatisfy({ step(of: $0, in: name) != nil }):
            for item in items {
                guard let step = step(of: item, in: name) else { continue }
                if case .object(let object) = item {
                    fields[path + [step]] = .null
                    for (key, value) in object.pairs { collect(value, path + [step, .field(key)], key, &fields) }
                } else {
                    fields[path + [step]] = item
                }
            }
        case .secret(let secret): fields[path] = secret.withExposed { .string($0) }
        default: fields[path] = value
        }
    }

    /// The object with an applied one laid over it.
    static func merge(_ applied: Value, into live: Value, name: Text? = nil) -> Value {
        switch (applied, live) {
        case (.object(let applied), .object(var live)):
            for (key, value) in applied.pairs {
                live[key] = live[key].map { merge(value, into: $0, name: key) } ?? plain(value)
            }
            return .object(live)
        case (.array(let applied), .array(var live)) where applied.allSatisfy({ step(of: $0, in: name) != nil }):
            for item in applied {
                let wanted = step(of: item, in: name)
                if let index = live.firstIndex(where: { step(of: $0, in: name) == wanted }) {
                    live[index] = merge(item, into: live[index])
                } else {
                    live.append(plain(item))
                }
            }
            return .array(live)
        default: return plain(applied)
        }
    }

    /// The object without some fields; maps and lists that become empty by it go too.
    static func remove(_ fields: Set<Field>, from value: Value, at path: Field = [], name: Text? = nil) -> Value? {
        if fields.contains(path), !hasOthers(value) || path.isEmpty == false && isLeaf(value, name) { return nil }
        switch value {
        case .object(let object) where !object.isEmpty:
            var kept: [Object.Pair] = []
            for (key, value) in object.pairs {
                if let rest = remove(fields, from: value, at: path + [.field(key)], name: key) {
                    kept.append((key, rest))
                }
            }
            return kept.isEmpty && !path.isEmpty ? nil : .object(Object(uniquePairs: kept))
        case .array(let items) where !items.isEmpty && items.allSatisfy({ step(of: $0, in: name) != nil }):
            let kept = items.compactMap { item -> Value? in
                guard let step = step(of: item, in: name) else { return item }
                let place = path + [step]
                // Whoever owned the item as a whole gave it up: what its keys are no longer matters.
                return fields.contains(place) ? nil : remove(fields, from: item, at: place)
            }
            return kept.isEmpty ? nil : .array(kept)
        default: return fields.contains(path) ? nil : value
        }
    }

    private static func hasOthers(_ value: Value) -> Bool {
        switch value {
        case .object(let object): !object.isEmpty
        case .array(let items): !items.isEmpty
        default: false
        }
    }

    private static func isLeaf(_ value: Value, _ name: Text?) -> Bool {
        switch value {
        case .object(let object): object.isEmpty
        case .array(let items): items.isEmpty || !items.allSatisfy { step(of: $0, in: name) != nil }
        default: true
        }
    }

    private static func plain(_ value: Value) -> Value {
        switch value {
        case .secret(let secret): secret.withExposed { .string($0) }
        case .array(let items): .array(items.map(plain))
        case .object(let object): .object(Object(uniquePairs: object.pairs.map { ($0.key, plain($0.value)) }))
        default: value
        }
    }
}
