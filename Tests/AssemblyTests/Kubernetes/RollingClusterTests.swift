// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// Workloads of a real cluster whose secrets are rotated.
@Suite(.serialized, .enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(3)))
struct RollingClusterTests {
    @Test func `Pods that mount a rotated secret are replaced where their workload asks for it, and only there`()
        async throws
    {
        try await ClusterFleet.with { fleet in
            try fleet.site.write(Self.store(in: fleet.site.folder.path), to: "fleet/platform/stores.yaml")
            try fleet.site.write("one", to: "secrets/shop/password")
            try fleet.declare("secret", Self.secret)
            try fleet.declare("rolls", Self.workload("rolls", annotations: "{secrets.trimtab.dev/roll: \"true\"}"))
            try fleet.declare("stays", Self.workload("stays", annotations: "{}"))
            let first = try await fleet.deploy()
            #expect(first.status == .success, "\(first.output)\(first.errors)")
            try await revision("1", of: "rolls", in: fleet)
            let before = try await mark(of: "rolls", in: fleet)
            #expect(before != nil)
            // The value in the store is another one; nothing changed in Git.
            try fleet.site.write("two", to: "secrets/shop/password")
            let plan = await fleet.site.trimtab("plan")
            #expect(plan.output.contains("Deployment") && !plan.output.contains("stays"), "\(plan.output)")
            #expect(await fleet.site.trimtab("sync", "--once").status == .success)
            try await revision("2", of: "rolls", in: fleet)
            let after = try await mark(of: "rolls", in: fleet)
            #expect(after != before && after != nil)
            // A look that finds nothing new replaces nothing, and the other workload was never touched.
            #expect(await fleet.site.trimtab("sync", "--once").status == .success)
            #expect(try await mark(of: "rolls", in: fleet) == after)
            #expect(try await deployment("rolls", in: fleet)["metadata"]?["generation"] == 2)
            #expect(try await deployment("stays", in: fleet)["metadata"]?["generation"] == 1)
            #expect(try await mark(of: "stays", in: fleet) == nil)
        }
    }

    private func deployment(_ name: Text, in fleet: ClusterFleet) async throws -> Value {
        let deployments = ResourceType(
            group: "apps", version: "v1", name: "deployments", kind: "Deployment", isNamespaced: true)
        return try await fleet.client.get(ObjectAddress(deployments, namespace: fleet.namespace, name: name))
    }

    private func mark(of name: Text, in fleet: ClusterFleet) async throws -> Text? {
        let template = try await deployment(name, in: fleet)["spec"]?["template"]
        return template?["metadata"]?["annotations"]?["secrets.trimtab.dev/secrets"]?.stringValue
    }

    /// Waits until the cluster's controller has made the Pods' templates so many times.
    private func revision(_ wanted: Text, of name: Text, in fleet: ClusterFleet) async throws {
        while try await deployment(name, in: fleet)["metadata"]?["annotations"]?["deployment.kubernetes.io/revision"]
            != .string(wanted)
        { try await Task.sleep(for: .milliseconds(50)) }
    }

    private static func store(in folder: String) -> String {
        """
        kind: SecretStore
        metadata: {name: machine}
        spec:
          folder: \(folder)/secrets
          interval: 1s
          allow: [{projects: [shop], paths: ["**"]}]

        """
    }

    private static let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: database}
        ---
        apiVersion: secrets.trimtab.dev/v1alpha1
        kind: SecretMapping
        metadata: {name: database}
        spec:
          values: {password: {store: machine, path: shop/password}}

        """

    private static func workload(_ name: String, annotations: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name), annotations: \(annotations)}
        spec:
          replicas: 0
          selector: {matchLabels: {app: \(name)}}
          template:
            metadata: {labels: {app: \(name)}}
            spec:
              containers:
                - name: web
                  image: registry.example.org/web:1
                  envFrom: [{secretRef: {name: database}}]

        """
    }
}
