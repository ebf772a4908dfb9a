// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// Content that fails on a real cluster, within the time that its application sets.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct RollbackClusterTests {
    @Test func `a daemon goes back from a rollout that fails, and on with the next content`() async throws {
        try await ClusterFleet.with { fleet in
            try fleet.site.write(
                try fleet.site.read("fleet/projects/shop/web.yaml") + "  rollback: {whenDegradedWithin: 15m}\n",
                to: "fleet/projects/shop/web.yaml")
            try fleet.rollOut(replicas: 0, "one")
            try fleet.site.commit("One")
            try await fleet.site.withDaemon {
                try await fleet.site.wait { try await fleet.site.unit("web")?["health"]?["state"] == "Healthy" }

                // Nobody gives its Pod a node.
                try fleet.rollOut(replicas: 1, "two")
                try fleet.site.commit("Two")
                await fleet.site.trimtab("refresh")
                try await fleet.site.wait { try await fleet.events("rolledBack").count == 1 }
                try await fleet.site.wait { try await fleet.site.unit("web")?["health"]?["state"] == "Healthy" }
                #expect(try await fleet.deployment()["spec"]?["replicas"] == 0)
                #expect(try await fleet.deployment().annotation("content") == "one")
                let marked = try #require(try await fleet.events("markedBad").first)
                let reason = marked["payload"]?["reason"]?.stringValue?.string ?? ""
                #expect(reason.contains("Degraded within the time for a rollback"), "\(marked)")
                #expect(reason.contains("Deployment/\(fleet.namespace)/web"), "\(marked)")
                let status = try #require(try await fleet.site.unit("web"))
                #expect(status["sync"] == "InSync", "\(status)")
                #expect("\(status["remarks"] ?? .null)".contains("rolled back"), "\(status)")

                // It is the content that is bad: another commit does not bring it back. Nor is anything switched off.
                try fleet.site.write("Nothing of the application's.", to: "fleet/notes.txt")
                try fleet.site.commit("Notes")
                await fleet.site.trimtab("refresh")
                _ = try await fleet.client.patch(
                    try await fleet.place(), with: .merge(["spec": ["replicas": 1]]),
                    WriteOptions(manager: "kubectl-edit"))
                try await fleet.site.wait { try await fleet.deployment()["spec"]?["replicas"] == 0 }
                #expect(try await fleet.deployment().annotation("content") == "one")

                try fleet.rollOut(replicas: 0, "three")
                try fleet.site.commit("Three")
                await fleet.site.trimtab("refresh")
                try await fleet.site.wait { try await fleet.deployment().annotation("content") == "three" }
                try await fleet.site.wait { try await fleet.site.unit("web")?["health"]?["state"] == "Healthy" }
                #expect(try await fleet.events("rolledBack").count == 1)
                #expect(try await fleet.site.unit("web")?["remarks"] == nil)
            }
        }
    }
}

extension ClusterFleet {
    fileprivate func rollOut(replicas: Int, _ content: String) throws {
        try declare(
            "web",
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, annotations: {content: \(content)}}
            spec:
              replicas: \(replicas)
              progressDeadlineSeconds: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: main, image: "example.org/\(content)"}]}
            """)
    }

    fileprivate func place() async throws -> ObjectAddress {
        ObjectAddress(try await resource("apps", "Deployment"), namespace: namespace, name: "web")
    }

    fileprivate func deployment() async throws -> Value { try await client.get(try await place()) }

    fileprivate func events(_ kind: String) async throws -> [Value] {
        let log = await site.trimtab("log", "web@lab", "--kind", kind, "--output", "json")
        return try log.output.split(separator: "\n").map { try JSON.read(Array($0.utf8)) }
    }
}
