// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import KubernetesClient
import Manifest

/// A fleet in a Git repository of its own, whose applications go into one namespace, and the state folder of whoever
/// applies it.
struct FleetFolder: Sendable {
    /// As whom the project's applications are applied.
    static let user: Text = "trimtab-benchmark"

    let folder: URL
    let namespace: Text

    var path: String { folder.appendingPathComponent("fleet").path }
    /// What the program says.
    var log: String { folder.appendingPathComponent("log").path }
    var state: String { folder.appendingPathComponent("state").path }

    init(namespace: Text) throws {
        self.namespace = namespace
        folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("trimtab-benchmark-\(UUID())")
        let connections = folder.appendingPathComponent("state/connections")
        try FileManager.default.createDirectory(
            at: connections, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let kubeconfig = ProcessInfo.processInfo.environment["KUBECONFIG"] ?? ""
        let copy = connections.appendingPathComponent("lab.kubeconfig")
        try FileManager.default.copyItem(at: URL(fileURLWithPath: kubeconfig), to: copy)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy.path)
        try write(
            "kind: Fleet\nmetadata: {name: bench}\nspec: {platform: platform/, projects: projects/}\n", "fleet.yaml")
        try write(
            """
            kind: Target
            metadata: {name: lab, labels: {on: k8s}}
            spec: {kubernetes: {connection: lab}}
            ---
            kind: Project
            metadata: {name: shop}
            spec:
              sources: [fleet]
              limits:
                - on: {on: k8s}
                  kubernetes: {namespaces: [\(namespace)], identity: {user: \(Self.user)}}

            """, "platform/all.yaml")
        try Tool.run(["git", "-C", path, "init", "--quiet"])
    }

    func write(_ content: String, _ file: String) throws {
        let place = folder.appendingPathComponent("fleet/" + file)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: place)
    }

    /// An application with its files.
    func declare(_ application: String, _ files: [String: String]) throws {
        for (file, content) in files { try write(content, "apps/\(application)/\(file)") }
        try write(
            """
            kind: Application
            metadata: {name: \(application)}
            spec:
              source: {path: apps/\(application)}
              targets: {on: k8s}
              namespace: \(namespace)

            """, "projects/shop/\(application).yaml")
    }

    func commit() throws {
        let who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
        try Tool.run(["git", "-C", path, "add", "--all"])
        try Tool.run(["git", "-C", path] + who + ["commit", "--quiet", "--message", "Change"])
    }

    /// What the project's user needs.
    func allow(_ client: KubernetesClient) async throws { try await Self.allow(client, in: namespace) }

    static func allow(_ client: KubernetesClient, in namespace: Text) async throws {
        let bindings = try await client.resource(
            of: GroupVersionKind(group: "rbac.authorization.k8s.io", version: "v1", kind: "RoleBinding"))
        try await client.apply(
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                "metadata": ["name": "bench", "namespace": .string(namespace)],
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"],
                "subjects": [
                    ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(user)]
                ],
            ], at: ObjectAddress(bindings, namespace: namespace, name: "bench"), WriteOptions(manager: "benchmark"))
        let maps = ResourceType(group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true)
        let api: any ClusterAPI = client.acting(as: Impersonation(user: user))
        let question = AccessQuestion("patch", maps, namespace: namespace)
        try await eventually("the project's user may write", within: .seconds(60), every: .milliseconds(20)) {
            try await api.review(question).isAllowed
        }
    }

    func remove() throws { try FileManager.default.removeItem(at: folder) }
}
