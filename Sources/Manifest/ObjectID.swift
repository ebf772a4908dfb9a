// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Which object a manifest declares, without the API version: `apps/Deployment/shop/web`.
package struct ObjectID: Sendable, Hashable {
    package var group: Text
    package var kind: Text
    /// Empty for objects that lie in no namespace.
    package var namespace: Text
    package var name: Text

    package init(group: Text, kind: Text, namespace: Text = "", name: Text) {
        self.group = group
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }
}

extension ObjectID: Comparable {
    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        if left.group != right.group { return left.group < right.group }
        if left.kind != right.kind { return left.kind < right.kind }
        if left.namespace != right.namespace { return left.namespace < right.namespace }
        return left.name < right.name
    }
}

extension ObjectID: CustomStringConvertible {
    /// `kind/namespace/name` or `kind/name`: how people call it. Not an identity: two groups may share a kind.
    package var description: String {
        namespace.isEmpty ? "\(kind)/\(name)" : "\(kind)/\(namespace)/\(name)"
    }
}
