// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension FieldSet {
    /// The values of an object at the fields of the set, and nothing else. Fields that are not there are `null`.
    func values(in object: Value?) -> Value {
        guard let object, !children.isEmpty else { return isMember ? object ?? .null : .null }
        var fields = Object()
        var items: [Value] = []
        for (element, set) in ordered {
            switch element {
            case .field(let name): fields[name] = set.values(in: object[name])
            case .item(let keys): items.append(set.values(in: object.item(with: keys)))
            case .value(let value): items.append(object.arrayValue?.contains(value) == true ? value : .null)
            case .index(let index):
                let list = object.arrayValue ?? []
                items.append(set.values(in: list.indices.contains(index) ? list[index] : nil))
            }
        }
        return items.isEmpty ? .object(fields) : .array(items + (fields.isEmpty ? [] : [.object(fields)]))
    }

    /// What tells whether anything that we applied has changed: of the fields that are ours and of their values.
    ///
    /// - Parameter key: what values of a Secret are hashed with, so that whoever reads the digest cannot try passwords.
    static func digest(ownedIn live: Value, by manager: Text, key: Secret<[UInt8]>) -> Digest? {
        digest(of: ManagedFields(of: live).applied(by: manager), in: live, key: key)
    }

    /// - Parameter entry: what we applied of the object.
    static func digest(of entry: ManagedFields.Entry?, in live: Value, key: Secret<[UInt8]>) -> Digest? {
        guard let entry, let set = entry.set else { return nil }
        var values = set.values(in: live)
        if live["kind"]?.stringValue == "Secret" { values = values.asSecrets }
        return ([entry.fields, values] as Value).digest(secretKey: key)
    }
}

extension Value {
    /// The item of a list whose fields are these.
    func item(with keys: Value) -> Value? {
        guard let wanted = keys.objectValue, let items = arrayValue else { return nil }
        return items.first { item in wanted.pairs.allSatisfy { item[$0.key] == $0.value } }
    }

    /// The same with every string a secret.
    var asSecrets: Value {
        switch self {
        case .string(let text): .secret(Secret(text))
        case .array(let items): .array(items.map(\.asSecrets))
        case .object(let object): .object(Object(uniquePairs: object.pairs.map { ($0.key, $0.value.asSecrets) }))
        case .null, .bool, .number, .secret: self
        }
    }
}
