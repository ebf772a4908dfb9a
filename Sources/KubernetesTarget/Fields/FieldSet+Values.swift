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

    /// The same of fields as the server writes them, without the set in between, which would be made for every object that
    /// a watch reports. `nil` for what is no set.
    static func values(atV1 fields: Value, in object: Value?) -> Value? {
        var left = fieldLimit
        return values(at: fields, in: object, depth: 0, left: &left)
    }

    private static func values(at fields: Value, in object: Value?, depth: Int, left: inout Int) -> Value? {
        guard depth <= depthLimit, let set = fields.objectValue else { return nil }
        guard set.pairs.contains(where: { $0.key != "." }) else { return depth > 0 ? object ?? .null : .null }
        var named: [Object.Pair] = []
        var items: [Value] = []
        for (key, beneath) in set.sortedByKey where key != "." {
            left -= 1
            guard left >= 0, let element = element(key) else { return nil }
            let inner: Value? =
                switch element {
                case .field(let name): object?[name]
                case .item(let keys): object?.item(with: keys)
                case .value(let value): object?.arrayValue?.contains(value) == true ? value : nil
                case .index(let index):
                    object?.arrayValue.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                }
            guard let found = values(at: beneath, in: inner, depth: depth + 1, left: &left) else { return nil }
            switch element {
            case .field(let name): named.append((name, found))
            case .value: items.append(inner ?? .null)
            case .item, .index: items.append(found)
            }
        }
        guard object != nil else { return .null }
        let fields = Value.object(Object(uniquePairs: named))
        return items.isEmpty ? fields : .array(items + (named.isEmpty ? [] : [fields]))
    }

    /// What tells whether anything that we applied has changed: of the fields that are ours and of their values.
    ///
    /// - Parameter key: what values of a Secret are hashed with, so that whoever reads the digest cannot try passwords.
    static func digest(ownedIn live: Value, by manager: Text, key: Secret<[UInt8]>) -> Digest? {
        digest(of: ManagedFields(of: live).applied(by: manager), in: live, key: key)
    }

    /// - Parameter entry: what we applied of the object.
    static func digest(of entry: ManagedFields.Entry?, in live: Value, key: Secret<[UInt8]>) -> Digest? {
        guard let entry, var values = values(atV1: entry.fields, in: live) else { return nil }
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
