// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension FieldSet {
    /// What one set may hold: an object of 3 MB, the most that a server stores, has fewer fields.
    static let depthLimit = 64
    static let fieldLimit = 200_000
    private static let keyBudget = Budget(bytes: 1 << 16, depth: 8, nodes: 256, documents: 1)

    /// Reads `fieldsV1`; `nil` for what is none or exceeds its budget.
    init?(fieldsV1: Value) {
        var left = Self.fieldLimit
        guard let set = Self.read(fieldsV1, depth: 0, left: &left) else { return nil }
        self = set
        // The whole object is no field.
        isMember = false
    }

    private static func read(_ value: Value, depth: Int, left: inout Int) -> FieldSet? {
        guard depth <= depthLimit, let object = value.objectValue else { return nil }
        var set = FieldSet(isMember: object.isEmpty)
        for (key, value) in object.pairs {
            if key == "." {
                set.isMember = true
                continue
            }
            left -= 1
            guard left >= 0, let element = element(key), let child = read(value, depth: depth + 1, left: &left) else {
                return nil
            }
            set.children[element] = child
        }
        return set
    }

    static func element(_ key: Text) -> Element? {
        let bytes = key.utf8
        guard bytes.count >= 2, bytes.dropFirst().first == UInt8(ascii: ":") else { return nil }
        let rest = Substring(bytes.dropFirst(2))
        switch bytes.first {
        case UInt8(ascii: "f"): return .field(Text(String(rest)))
        case UInt8(ascii: "i"): return Int(rest).flatMap { $0 >= 0 ? .index($0) : nil }
        case UInt8(ascii: "v"): return (try? JSON.read(Array(rest.utf8), budget: keyBudget)).map { .value($0) }
        case UInt8(ascii: "k"):
            guard let keys = try? JSON.read(Array(rest.utf8), budget: keyBudget), keys.objectValue?.isEmpty == false
            else { return nil }
            return .item(keys)
        default: return nil
        }
    }
}
