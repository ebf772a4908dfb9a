// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A step to a field as `managedFields` writes it (`FieldsV1` of structured-merge-diff).
enum FieldStep: Hashable, Comparable {
    case field(Text)
    /// An item of a list by the values of its keys, as canonical JSON.
    case item(Text)
    /// An item of a set, as canonical JSON.
    case value(Text)

    var key: Text {
        switch self {
        case .field(let name): Text("f:\(name)")
        case .item(let keys): Text("k:\(keys)")
        case .value(let value): Text("v:\(value)")
        }
    }
}

typealias Field = [FieldStep]

/// Who manages which fields, as far as a twin needs it.
struct ManagedFields {
    struct Entry {
        var manager: Text
        var isApply: Bool
        var subresource: Text?
        var fields: Set<Field>
    }

    var entries: [Entry] = []

    func owned(byApplier manager: Text) -> Set<Field> {
        entries.first { $0.isApply && $0.manager == manager && $0.subresource == nil }?.fields ?? []
    }

    /// Managers other than an applier that own a field.
    func owners(of field: Field, besides manager: Text) -> [Text] {
        entries.filter { !($0.isApply && $0.manager == manager) && $0.fields.contains(field) }.map(\.manager)
    }

    mutating func set(_ manager: Text, isApply: Bool, subresource: Text? = nil, _ fields: Set<Field>) {
        entries.removeAll { $0.manager == manager && $0.isApply == isApply && $0.subresource == subresource }
        entries.append(Entry(manager: manager, isApply: isApply, subresource: subresource, fields: fields))
        entries.removeAll { $0.fields.isEmpty }
    }

    /// An update takes over what it changes.
    mutating func update(_ manager: Text, subresource: Text?, changed: Set<Field>, gone: Set<Field>) {
        for index in entries.indices { entries[index].fields.subtract(changed.union(gone)) }
        let own = entries.first { !$0.isApply && $0.manager == manager && $0.subresource == subresource }?.fields ?? []
        set(manager, isApply: false, subresource: subresource, own.union(changed))
    }

    mutating func takeAway(_ fields: Set<Field>, except manager: Text) {
        for index in entries.indices where !(entries[index].isApply && entries[index].manager == manager) {
            entries[index].fields.subtract(fields)
        }
        entries.removeAll { $0.fields.isEmpty }
    }

    /// As it stands in metadata.
    func value(apiVersion: Text) -> Value {
        .array(
            entries.map { entry in
                var object: Object = [
                    "manager": .string(entry.manager), "operation": entry.isApply ? "Apply" : "Update",
                    "apiVersion": .string(apiVersion), "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1",
                    "fieldsV1": Self.tree(entry.fields.map { $0[...] }),
                ]
                if let subresource = entry.subresource { object["subresource"] = .string(subresource) }
                return .object(object)
            })
    }

    private static func tree(_ fields: [ArraySlice<FieldStep>]) -> Value {
        var object = Object()
        let groups = Dictionary(grouping: fields.filter { !$0.isEmpty }, by: { $0[$0.startIndex] })
        if fields.contains(where: \.isEmpty), !groups.isEmpty { object["."] = [:] }
        for (step, rest) in groups.sorted(by: { $0.key.key < $1.key.key }) {
            object[step.key] = tree(rest.map { $0.dropFirst() })
        }
        return .object(object)
    }
}
