// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import KubernetesClient
package import Manifest

/// Rights that a test gives to somebody on a real cluster: a role, and the binding to it.
package struct RoleGrant: Sendable {
    package enum Subject: Sendable {
        case user(Text)
        case account(Text, namespace: Text)
    }

    package enum Role: Sendable {
        /// A ClusterRole that is there.
        case existing(Text)
        /// One that is made for it, of RBAC's rules.
        case rules([Value])
    }

    private static let group: Text = "rbac.authorization.k8s.io"

    /// Of the binding, and of the role where one is made.
    package var name: Text
    package var role: Role
    package var subject: Subject
    /// `nil`: in the whole cluster.
    package var namespace: Text?

    package init(_ name: Text, _ role: Role, to subject: Subject, in namespace: Text? = nil) {
        self.name = name
        self.role = role
        self.subject = subject
        self.namespace = namespace
    }

    /// The server takes a moment to know of it: see ``TestCluster/wait(until:may:)``.
    ///
    /// - Returns: where the binding lies, to be deleted.
    @discardableResult
    package func make(_ client: KubernetesClient) async throws -> ObjectAddress {
        let options = WriteOptions(manager: "trimtab-tests")
        var referenced: Value
        switch role {
        case .existing(let name): referenced = ["kind": "ClusterRole", "name": .string(name)]
        case .rules(let rules):
            let kind: Text = namespace == nil ? "ClusterRole" : "Role"
            referenced = ["kind": .string(kind), "name": .string(name)]
            try await client.create(
                object(kind, ["rules": .array(rules)]), at: try await address(kind, client), options)
        }
        referenced = referenced.replacing("apiGroup", .string(Self.group))
        let kind: Text = namespace == nil ? "ClusterRoleBinding" : "RoleBinding"
        let binding = try await address(kind, client)
        try await client.create(
            object(kind, ["roleRef": referenced, "subjects": [subject.value]]), at: binding, options)
        return binding
    }

    private func address(_ kind: Text, _ client: KubernetesClient) async throws -> ObjectAddress {
        let resource = try await client.resource(of: GroupVersionKind(group: Self.group, version: "v1", kind: kind))
        return ObjectAddress(resource, namespace: namespace ?? "", name: name)
    }

    private func object(_ kind: Text, _ rest: Object) -> Value {
        var object: Object = [
            "apiVersion": .string("\(Self.group)/v1"), "kind": .string(kind), "metadata": ["name": .string(name)],
        ]
        for (key, value) in rest.pairs { object[key] = value }
        return .object(object)
    }
}

extension RoleGrant.Subject {
    fileprivate var value: Value {
        switch self {
        case .user(let name): ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(name)]
        case .account(let name, let namespace):
            ["kind": "ServiceAccount", "name": .string(name), "namespace": .string(namespace)]
        }
    }
}

extension TestCluster {
    /// A server takes a moment to know of a new binding.
    package static func wait(until user: any ClusterAPI, may question: AccessQuestion) async throws {
        while try await !user.review(question).isAllowed { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Has a user administer a namespace, and waits until the server knows.
    package static func admit(_ user: Text, to namespace: Text, _ client: KubernetesClient) async throws {
        try await RoleGrant("tests", .existing("admin"), to: .user(user), in: namespace).make(client)
        let maps = ResourceType(group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true)
        try await wait(
            until: client.acting(as: Impersonation(user: user)),
            may: AccessQuestion("patch", maps, namespace: namespace))
    }
}
