// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest

extension FieldSet {
    /// The fields that a manifest declares, as a server would list them for whoever applied it: maps by key, lists whose
    /// items have known keys by those, all else as a whole.
    init(declaredIn manifest: Value) {
        self.init()
        for (key, value) in manifest.objectValue?.pairs ?? [] where !LiveDifference.identity.contains(key) {
            guard key == "metadata" else {
                children[.field(key)] = Self.declared(value, list: key)
                continue
            }
            var marks = FieldSet()
            for (key, value) in value.objectValue?.pairs ?? [] where LiveDifference.metadata.contains(key) {
                marks.children[.field(key)] = Self.declared(value, list: key)
            }
            if !marks.isEmpty { children[.field(key)] = marks }
        }
    }

    /// `nil` for what declares nothing.
    private static func declared(_ value: Value, list: Text) -> FieldSet? {
        switch value {
        case .null: return nil
        case .object(let object) where !object.isEmpty:
            var set = FieldSet()
            for (key, value) in object.pairs { set.children[.field(key)] = declared(value, list: key) }
            if set.children.isEmpty { set.isMember = true }
            return set
        case .array(let items) where !items.isEmpty:
            guard let matching = ListMatching(items, items, owned: nil, list: list) else { break }
            var set = FieldSet()
            for item in items {
                var fields = declared(item, list: list) ?? FieldSet()
                // The item itself is ours, not only what we say of it.
                fields.isMember = true
                set.children[matching.element(of: item)] = fields
            }
            return set
        default: break
        }
        return FieldSet(isMember: true)
    }

    /// As `metadata.managedFields` has it; ``init(fieldsV1:)`` reads it.
    var fieldsV1: Value {
        var object = Object()
        if isMember, !children.isEmpty { object["."] = [:] }
        for (element, set) in ordered { object[element.key] = set.fieldsV1 }
        return .object(object)
    }
}
