// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Which object a resource is, now or before it was renamed.
struct ResourceID: Sendable, Hashable {
    /// The namespace of objects that lie in none.
    static let noNamespace: Text = "_non_namespaceable_"

    var type: GroupVersionKind
    var name: Text
    /// Objects without a namespace lie in `default`, those that cannot have one in ``noNamespace``.
    var namespace: Text

    init(type: GroupVersionKind, name: Text, effectiveNamespace: Text) {
        self.type = type
        self.name = name
        namespace = effectiveNamespace
    }

    init(type: GroupVersionKind, name: Text, writtenNamespace: Text) {
        self.type = type
        self.name = name
        namespace =
            type.isClusterScoped ? Self.noNamespace : writtenNamespace.isEmpty ? "default" : writtenNamespace
    }

    var isClusterScoped: Bool { namespace == Self.noNamespace }
}

extension ResourceID: CustomStringConvertible {
    /// `Deployment/shop/web`; for people.
    var description: String {
        let place = namespace == "default" || isClusterScoped ? "" : "\(namespace)/"
        return "\(type.kind)/\(place)\(name)"
    }
}
