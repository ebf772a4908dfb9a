// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A set of fields of an object, as `metadata.managedFields` holds it: FieldsV1 of structured-merge-diff.
///
/// Keys of the format are `f:` for a field, `k:` for the item of a list with these key fields, `v:` for an item that
/// has this value, `i:` for a place in a list; `.` stands for the thing itself.
struct FieldSet: Sendable, Hashable {
    enum Element: Sendable, Hashable {
        case field(Text)
        /// A map of the fields that tell an item from others: `{"name": "web"}`.
        case item(Value)
        case value(Value)
        case index(Int)
    }

    var isMember: Bool
    var children: [Element: FieldSet]

    init(isMember: Bool = false, children: [Element: FieldSet] = [:]) {
        self.isMember = isMember
        self.children = children
    }

    var isEmpty: Bool { !isMember && children.isEmpty }
    /// Owned as a whole: a scalar, or a list or map that is never merged.
    var isWhole: Bool { isMember && children.isEmpty }

    /// What lies beneath, on the way to one field; `nil` when nothing there is in the set.
    subscript(element: Element) -> FieldSet? { isWhole ? self : children[element] }

    /// The children in an order that depends on nothing but them.
    var ordered: [(element: Element, set: FieldSet)] {
        children.map { ($0.key, $0.value) }.sorted { $0.0.key < $1.0.key }
    }
}

extension FieldSet.Element {
    /// As the format writes it.
    var key: Text {
        switch self {
        case .field(let name): "f:\(name)"
        case .item(let keys): Text("k:" + String(decoding: JSON.write(keys, style: .canonical), as: UTF8.self))
        case .value(let value): Text("v:" + String(decoding: JSON.write(value, style: .canonical), as: UTF8.self))
        case .index(let index): "i:\(index)"
        }
    }
}
