// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// A fleet whose one application goes into a namespace of a real cluster, driven by the real commands.
struct ClusterFleet: Sendable {
    static let user: Text = "trimtab-tests"

    let site: TrialSite
    let client: KubernetesClient
    let namespace: Text

    /// - Parameter plane: a control plane of the test's own; the one of the run otherwise.
    static func with(
        _ name: String = #function, on plane: ControlPlane? = nil, _ body: (ClusterFleet) async throws -> Void
    ) async throws {
        try await TestCluster.withNamespace(of: try await plane?.connection()) { client, namespace in
            try await withScratchFolder(name) { folder in
                let fleet = ClusterFleet(site: TrialSite(folder: folder), client: client, namespace: namespace)
                try await fleet.grantRights()
                let own = plane?.folder.appendingPathComponent("admin.kubeconfig").path
                let path = try #require(own ?? ProcessInfo.processInfo.environment["KUBECONFIG"])
                try fleet.connect(try String(contentsOfFile: path, encoding: .utf8))
                try fleet.write()
                try await body(fleet)
            }
        }
    }

    /// What the project's user needs and no more.
    func grantRights() async throws { try await TestCluster.admit(Self.user, to: namespace, client) }

    /// The agent's own folder has the connection from now on.
    func connect(_ kubeconfig: String) throws {
        let folder = URL(fileURLWithPath: site.state + "/connections")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let file = folder.appending(path: "lab.kubeconfig").path
        try Data(kubeconfig.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    private func write() throws {
        try site.write(
            "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n",
            to: "fleet/fleet.yaml")
        try site.write(
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

            """, to: "fleet/platform/all.yaml")
        try site.write(
            """
            kind: Application
            metadata: {name: web}
            spec:
              source: {path: apps/web}
              targets: {on: k8s}
              namespace: \(namespace)
              sync: {deadline: 60s}

            """, to: "fleet/projects/shop/web.yaml")
    }

    func declare(_ file: String, _ yaml: String) throws { try site.write(yaml, to: "fleet/apps/web/\(file).yaml") }

    func configMap(_ name: String, _ content: String) throws {
        try declare(
            name, "{apiVersion: v1, kind: ConfigMap, metadata: {name: \(name)}, data: {content: \"\(content)\"}}")
    }

    func withdraw(_ file: String) throws {
        try FileManager.default.removeItem(at: site.folder.appending(path: "fleet/apps/web/\(file).yaml"))
    }

    /// Commits what lies in the fleet and does one round.
    @discardableResult
    func deploy(_ message: String = "Change", arguments: String...) async throws -> CommandRun {
        try site.commit(message)
        return await site.trimtab(["sync", "--once", "--fleet", site.folder.path + "/fleet"] + arguments)
    }

    func address(_ name: Text) -> ObjectAddress {
        ObjectAddress(
            ResourceType(group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true),
            namespace: namespace, name: name)
    }

    /// The content of a ConfigMap; `nil` when there is none.
    func content(_ name: Text) async throws -> Text? {
        do throws(KubernetesError) {
            return try await client.get(address(name))["data"]?["content"]?.stringValue
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}
