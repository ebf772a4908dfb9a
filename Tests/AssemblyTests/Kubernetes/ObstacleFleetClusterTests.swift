// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// What stands in the way of some objects, and must not of others.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct ObstacleFleetClusterTests {
    @Test func `a wave whose Pods cannot be made says why, and later waves are not begun`() async throws {
        try await ClusterFleet.with { fleet in
            try fleet.site.write(
                try fleet.site.read("fleet/projects/shop/web.yaml").replacing("deadline: 60s", with: "deadline: 4s"),
                to: "fleet/projects/shop/web.yaml")
            try await fleet.limitPods()
            try fleet.declare("set", Self.statefulSet)
            try fleet.declare(
                "late",
                """
                {apiVersion: v1, kind: ConfigMap, metadata: {name: late, annotations: {trimtab.dev/wave: "1"}}, data: {a: b}}
                """)
            let run = try await fleet.deploy()
            #expect(run.status != .success)
            let words = run.output + run.errors
            #expect(words.contains("StatefulSet/\(fleet.namespace)/db is Progressing after"), "\(words)")
            #expect(words.contains("FailedCreate") && words.contains("maximum cpu usage per Container"), "\(words)")
            #expect(words.contains("later waves were not begun"), "\(words)")
            #expect(try await fleet.content("late") == nil)
            await #expect(throws: KubernetesError.self) { try await fleet.client.get(fleet.address("late")) }
        }
    }

    private static let statefulSet = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        spec:
          replicas: 1
          serviceName: db
          selector: {matchLabels: {app: db}}
          template:
            metadata: {labels: {app: db}}
            spec: {containers: [{name: main, image: example.org/none, resources: {limits: {cpu: "2"}}}]}
        """

    @Test func `a kind that is forbidden stops the units that use it and no others`() async throws {
        try await ClusterFleet.with { fleet in
            try await fleet.makeForeign()
            try fleet.site.write(
                """
                kind: Application
                metadata: {name: other}
                spec: {source: {path: apps/other}, targets: {on: k8s}, namespace: \(fleet.namespace)}

                """, to: "fleet/projects/shop/other.yaml")
            func declare(_ content: String, _ port: Int) throws {
                try fleet.configMap("a", content)
                try fleet.declare(
                    "s", "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: \(port)}]}}")
                try fleet.site.write(
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: z}, data: {content: \(content)}}",
                    to: "fleet/apps/other/z.yaml")
            }
            try declare("one", 80)
            let first = try await fleet.deploy()
            #expect(first.status == .success, "\(first.output)\(first.errors)")

            // Everything that it had, but for Services.
            try await fleet.withdrawRights()
            let rules: [Value] = [["apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]]]
            try await RoleGrant("maps", .rules(rules), to: .user(ClusterFleet.user), in: fleet.namespace)
                .make(fleet.client)
            try await TestCluster.wait(
                until: fleet.client.acting(as: Impersonation(user: ClusterFleet.user)),
                may: AccessQuestion("patch", fleet.address("").resource, namespace: fleet.namespace))
            try declare("two", 81)
            let refused = try await fleet.deploy()
            #expect(refused.status != .success)
            let words = refused.output + refused.errors
            #expect(words.contains("acme/web@lab") && words.contains("services"), "\(words)")
            #expect(words.contains("forbidden"), "\(words)")
            #expect(try #require(try await fleet.site.unit("web"))["sync"] == "Failed")
            #expect(try #require(try await fleet.site.unit("other"))["sync"] == "InSync")
            #expect(try await fleet.content("z") == "two")
            // Watched and healed as ever beside a watch that is refused.
            try await fleet.site.withDaemon {
                for round in 1...2 {
                    try await fleet.edit("z", "edited \(round)")
                    try await fleet.converges(["z"], to: "two")
                }
            }
            try await fleet.grantRights()
            try await fleet.isInSync()
            #expect(try await fleet.content("a") == "two")
        }
    }

    @Test func `an object that is stuck in its deletion is named with what holds it, and made anew after it`()
        async throws
    {
        try await ClusterFleet.with { fleet in
            try await fleet.makeForeign()
            for name in ["a", "b"] { try fleet.configMap(name, "one") }
            try await fleet.deploy()
            let before = try await fleet.client.get(fleet.address("a")).uid
            try await fleet.client.patch(
                fleet.address("a"), with: .merge(["metadata": ["finalizers": ["example.org/hold"]]]),
                WriteOptions(manager: "somebody"))
            try await fleet.client.delete(fleet.address("a"), DeleteOptions())
            #expect(try await fleet.client.get(fleet.address("a")).isTerminating)
            let stuck = await fleet.site.trimtab("sync", "--once")
            #expect(stuck.status != .success)
            let words = "is being deleted and waits for finalizers: example.org/hold"
            #expect((stuck.output + stuck.errors).contains(words), "\(stuck.output)\(stuck.errors)")
            let status = await fleet.site.trimtab("status", "web@lab")
            #expect(status.output.contains("ConfigMap/\(fleet.namespace)/a: \(words)"), "\(status.output)")
            #expect(try await fleet.client.get(fleet.address("a")).metadata?["finalizers"] == ["example.org/hold"])
            try await fleet.client.patch(
                fleet.address("a"), with: .merge(["metadata": ["finalizers": .null]]),
                WriteOptions(manager: "somebody"))
            try await fleet.isInSync()
            let after = try await fleet.client.get(fleet.address("a"))
            #expect(after.uid != before && after["data"] == ["content": "one"])
        }
    }
}

extension ClusterFleet {
    /// No container may have more than half a processor from now on.
    fileprivate func limitPods() async throws {
        let ranges = try await resource("", "LimitRange")
        try await client.create(
            [
                "apiVersion": "v1", "kind": "LimitRange", "metadata": ["name": "small"],
                "spec": ["limits": [["type": "Container", "max": ["cpu": "500m"]]]],
            ], at: ObjectAddress(ranges, namespace: namespace, name: "small"), WriteOptions(manager: "somebody"))
        // The server takes a moment to go by it.
        let pod: Value = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "probe"],
            "spec": [
                "containers": [
                    ["name": "main", "image": "example.org/none", "resources": ["limits": ["cpu": "2"]]]
                ]
            ],
        ]
        let place = ObjectAddress(try await resource("", "Pod"), namespace: namespace, name: "probe")
        let probe = WriteOptions(manager: "somebody", isDryRun: true)
        while (try? await client.create(pod, at: place, probe)) != nil { try await Task.sleep(for: .milliseconds(50)) }
    }
}
