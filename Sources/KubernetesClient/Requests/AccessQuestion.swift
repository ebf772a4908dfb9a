// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A question to the server's authorizer: may whoever asks do this?
package struct AccessQuestion: Sendable, Hashable {
    package var verb: Text
    package var resource: ResourceType
    package var subresource: Text?
    /// Empty for all namespaces, or for what lies in none.
    package var namespace: Text
    /// Empty for any object.
    package var name: Text

    package init(
        _ verb: Text, _ resource: ResourceType, subresource: Text? = nil, namespace: Text = "", name: Text = ""
    ) {
        self.verb = verb
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
    }

    /// The SelfSubjectAccessReview to create.
    var review: Value {
        var attributes: Object = [
            "verb": .string(verb), "group": .string(resource.group), "version": .string(resource.version),
            "resource": .string(resource.name),
        ]
        if let subresource { attributes["subresource"] = .string(subresource) }
        if !namespace.isEmpty { attributes["namespace"] = .string(namespace) }
        if !name.isEmpty { attributes["name"] = .string(name) }
        return [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": ["resourceAttributes": .object(attributes)],
        ]
    }
}

package struct AccessAnswer: Sendable, Hashable {
    package var isAllowed: Bool
    /// The authorizer's words, where it has any.
    package var reason: Text

    package init(isAllowed: Bool, reason: Text) {
        self.isAllowed = isAllowed
        self.reason = reason
    }
}
