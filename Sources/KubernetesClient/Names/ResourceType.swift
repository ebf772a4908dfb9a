// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A resource as the server serves it: where the objects of a kind lie, and what can be done with them.
package struct ResourceType: Sendable, Hashable {
    package var group: Text
    package var version: Text
    /// In the plural, as in paths: `deployments`.
    package var name: Text
    package var kind: Text
    package var isNamespaced: Bool
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
    package var verbs: Set<Text>
    /// `status`, `scale` and others.
    package var subresources: Set<Text>

    package init(
        group: Text, version: Text, name: Text, kind: Text, isNamespaced: Bool,
        verbs: Set<Text> = ResourceType.allVerbs, subresources: Set<Text> = []
    ) {
        self.group = group
        self.version = version
        self.name = name
        self.kind = kind
        self.isNamespaced = isNamespaced
        self.verbs = verbs
        self.subresources = subresources
    }

    /// What a kind of etcd's answers to.
    package static let allVerbs: Set<Text> = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    package var groupVersion: GroupVersion { GroupVersion(group: group, version: version) }
    package var groupVersionKind: GroupVersionKind { GroupVersionKind(groupVersion, kind: kind) }

    /// Some aggregated APIs are computed: they can be listed, but not watched.
    package var canBeWatched: Bool { verbs.contains("list") && verbs.contains("watch") }
    package var canBePatched: Bool { verbs.contains("patch") }

    /// Secrets of the core group: their contents appear in no error.
    package var isSecret: Bool { group.isEmpty && name == "secrets" }
}

extension ResourceType: CustomStringConvertible {
    /// `deployments.apps`, `configmaps`: as people name it to kubectl.
    package var description: String { group.isEmpty ? name.string : "\(name).\(group)" }
}

/// Objects of one resource: those of a namespace, or those of all.
package struct Collection: Sendable, Hashable {
    package var resource: ResourceType
    /// `nil` for all namespaces, and for what lies in none.
    package var namespace: Text?

    package init(_ resource: ResourceType, namespace: Text? = nil) {
        self.resource = resource
        self.namespace = resource.isNamespaced ? namespace : nil
    }
}

extension Collection: CustomStringConvertible {
    package var description: String {
        guard let namespace else { return resource.description }
        return "\(resource) in \(namespace)"
    }
}

/// One object on a server, or a subresource of it.
package struct ObjectAddress: Sendable, Hashable {
    package var resource: ResourceType
    /// Empty for what lies in no namespace.
    package var namespace: Text
    package var name: Text
    /// `status`, `scale`; `nil` for the object itself.
    package var subresource: Text?

    package init(_ resource: ResourceType, namespace: Text = "", name: Text, subresource: Text? = nil) {
        self.resource = resource
        self.namespace = resource.isNamespaced ? namespace : ""
        self.name = name
        self.subresource = subresource
    }

    package var collection: Collection { Collection(resource, namespace: namespace) }

    package func subresource(_ name: Text) -> ObjectAddress {
        var address = self
        address.subresource = name
        return address
    }
}

extension ObjectAddress: CustomStringConvertible {
    /// `Deployment/shop/web`, with the subresource behind it: `Deployment/shop/web (scale)`.
    package var description: String {
        var text = namespace.isEmpty ? "\(resource.kind)/\(name)" : "\(resource.kind)/\(namespace)/\(name)"
        if let subresource { text += " (\(subresource))" }
        return text
    }
}
