// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// What tests of faults do to a cluster, and what must hold after each.
extension ClusterFleet {
    private static let options = WriteOptions(manager: "trimtab-tests")

    func resource(_ group: Text, _ kind: Text) async throws -> ResourceType {
        try await client.resource(of: GroupVersionKind(group: group, version: "v1", kind: kind))
    }

    /// An object that is somebody else's; ``isInSync()`` sees that it was left alone.
    func makeForeign() async throws {
        try await client.create(
            ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "foreign"], "data": ["content": "theirs"]],
            at: address("foreign"), WriteOptions(manager: "somebody"))
    }

    func edit(_ name: String, _ content: String, by manager: Text = "kubectl-edit") async throws {
        try await client.patch(
            address(Text(name)), with: .merge(["data": ["content": .string(Text(content))]]),
            WriteOptions(manager: manager))
    }

    /// Waits until ConfigMaps have a content, or are gone.
    func converges(_ names: [String], to content: String?) async throws {
        let end = ContinuousClock.now + .seconds(120)
        for name in names {
            while try await self.content(Text(name)) != content.map({ Text($0) }) {
                guard ContinuousClock.now < end else {
                    let status = await site.trimtab("status")
                    let words = content ?? "gone"
                    Issue.record("\(name) is not \(words): \(status.output)\(status.errors)")
                    throw CancellationError()
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Takes an object out of Git, with a daemon running, and sees that it goes.
    func loses(_ name: String) async throws {
        try withdraw(name)
        try site.commit("Without \(name)")
        await site.trimtab("sync")
        try await converges([name], to: nil)
    }

    /// Everything is as Git says, nothing is left to do, and nothing foreign was touched.
    func isInSync() async throws {
        let sync = await site.trimtab("sync", "--once")
        #expect(sync.status == .success, "\(sync.output)\(sync.errors)")
        let status = try #require(try await site.unit("web"))
        #expect(status["sync"] == "InSync", "\(status)")
        let plan = await site.trimtab("plan")
        #expect(plan.status == .success, "\(plan.output)\(plan.errors)")
        let declared = try FileManager.default.contentsOfDirectory(
            atPath: site.folder.appending(path: "fleet/apps/web").path)
        let objects = try #require(status["objects"]?.intValue)
        #expect(Int(objects) == declared.count, "what is ours is what Git names")
        #expect(try await content("foreign") == "theirs")
    }

    func withdrawRights() async throws {
        let bindings = try await resource("rbac.authorization.k8s.io", "RoleBinding")
        try await client.delete(ObjectAddress(bindings, namespace: namespace, name: "tests"), DeleteOptions())
        let user: any ClusterAPI = client.acting(as: Impersonation(user: Self.user))
        let question = AccessQuestion("patch", address("").resource, namespace: namespace)
        while try await user.review(question).isAllowed { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// A kubeconfig of the tests' server for another user.
    func kubeconfig(user: String) throws -> String {
        let path = try #require(ProcessInfo.processInfo.environment["KUBECONFIG"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let root = try #require(try YAML.read(Array(text.utf8)).first?.value)
        let cluster = try #require(root["clusters"]?.arrayValue?.first?["cluster"])
        return """
            apiVersion: v1
            kind: Config
            current-context: agent
            clusters: [{name: agent, cluster: \(String(decoding: JSON.write(cluster), as: UTF8.self))}]
            users: [{name: agent, user: \(user)}]
            contexts: [{name: agent, context: {cluster: agent, user: agent}}]

            """
    }

    /// An account that may act as the project's user, and nothing else.
    func makeAgent() async throws {
        try await client.create(
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "agent"]],
            at: ObjectAddress(try await resource("", "ServiceAccount"), namespace: namespace, name: "agent"),
            Self.options)
        let rule: Value = [
            "apiGroups": [""], "resources": ["users"], "verbs": ["impersonate"],
            "resourceNames": [.string(Self.user)],
        ]
        let agent = RoleGrant.Subject.account("agent", namespace: namespace)
        try await RoleGrant("trimtab-agent-\(namespace)", .rules([rule]), to: agent).make(client)
    }

    /// A token of the agent's that is good for as long as a Secret is there.
    func agentToken(boundTo name: Text) async throws -> String {
        let secret = ObjectAddress(try await resource("", "Secret"), namespace: namespace, name: name)
        try await client.create(
            ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name)]], at: secret, Self.options)
        let request: Value = [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": [
                "audiences": ["https://kubernetes.default.svc"],
                "boundObjectRef": ["kind": "Secret", "apiVersion": "v1", "name": .string(name)],
            ],
        ]
        let account = ObjectAddress(
            try await resource("", "ServiceAccount"), namespace: namespace, name: "agent")
        let answer = try await client.create(request, at: account.subresource("token"), Self.options)
        return try #require(answer.object["status"]?["token"]?.stringValue).string
    }

    func revokeToken(boundTo name: Text) async throws {
        let secrets = try await resource("", "Secret")
        try await client.delete(ObjectAddress(secrets, namespace: namespace, name: name), DeleteOptions())
    }
}
