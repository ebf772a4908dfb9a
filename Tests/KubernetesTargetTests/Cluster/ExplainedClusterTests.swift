// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// Rollouts that real controllers cannot bring to their end: the reasons come from what they write.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct ExplainedClusterTests {
    private func rollout(_ kind: String, _ site: ClusterSite) throws -> DesiredObject {
        let text = ClusterSite.deployment(replicas: 1, cpu: "2").replacing("kind: Deployment", with: "kind: \(kind)")
        return try site.object(
            kind == "StatefulSet" ? text.replacing("  replicas: 1", with: "  replicas: 1\n  serviceName: web") : text)
    }

    /// Waits until the reason says it.
    private func says(_ words: String, of object: DesiredObject, _ site: ClusterSite) async throws -> HealthReport {
        while true {
            let reports = try await site.target.explainedHealth(of: [object], in: site.unit)
            let report = try #require(reports[object.id])
            if report.reason.contains(words) { return report }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    @Test(arguments: ["Deployment", "StatefulSet"])
    func `no Pod may be made`(kind: String) async throws {
        try await ClusterSite.real { site in
            let range = try site.object(
                """
                {apiVersion: v1, kind: LimitRange, metadata: {name: small},
                 spec: {limits: [{type: Container, max: {cpu: 500m}}]}}
                """)
            try await site.cluster.create(
                range.manifest, at: try await site.address(range), WriteOptions(manager: "somebody"))
            // The server takes a moment to go by it.
            let probe = try site.object(
                """
                {apiVersion: v1, kind: Pod, metadata: {name: probe},
                 spec: {containers: [{name: a, image: a, resources: {limits: {cpu: "2"}}}]}}
                """)
            let place = try await site.address(probe)
            let dry = WriteOptions(manager: "somebody", isDryRun: true)
            while (try? await site.cluster.create(probe.manifest, at: place, dry)) != nil {
                try await Task.sleep(for: .milliseconds(50))
            }
            let object = try rollout(kind, site)
            try await site.apply(object)
            let report = try await says("maximum cpu usage per Container is 500m", of: object, site)
            #expect(report.health == .progressing && report.reason.hasPrefix("0 of 1 replicas exist"))
        }
    }

    @Test(arguments: ["Deployment", "StatefulSet"])
    func `a container crashes`(kind: String) async throws {
        try await ClusterSite.real { site in
            let object = try rollout(kind, site)
            try await site.apply(object)
            let pods = Collection(try await pod("", site).resource, namespace: site.namespace)
            var name: Text?
            while name == nil {
                _ = try await site.cluster.list(Query(pods, labels: "app=web")) {
                    (pod) async throws(KubernetesError) in name = pod.objectName
                }
                try await Task.sleep(for: .milliseconds(100))
            }
            let found = try #require(name)
            let status: Value = [
                "phase": "Running",
                "containerStatuses": [
                    [
                        "name": "web", "image": "a", "imageID": "a", "ready": false, "restartCount": 7,
                        "state": ["waiting": ["reason": "CrashLoopBackOff", "message": "back-off 5m0s"]],
                    ]
                ],
            ]
            _ = try await site.cluster.patch(
                try await pod(found, site).subresource("status"), with: .merge(["status": status]),
                WriteOptions(manager: "kubelet"))
            let before = try await site.target.health(of: [object], in: site.unit)[object.id]
            #expect(before?.reason.contains("CrashLoopBackOff") == false)
            _ = try await says("Pod \(found): container web: CrashLoopBackOff: back-off 5m0s", of: object, site)
        }
    }

    private func pod(_ name: Text, _ site: ClusterSite) async throws -> ObjectAddress {
        let kind = GroupVersionKind(group: "", version: "v1", kind: "Pod")
        return ObjectAddress(try await site.cluster.resource(of: kind), namespace: site.namespace, name: name)
    }
}
