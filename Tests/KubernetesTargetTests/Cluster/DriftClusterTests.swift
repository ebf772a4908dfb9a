// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// What counts as drift on a real server, and that it is put back.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct DriftClusterTests {
    /// Puts it back, and sees that it then stands.
    private func heal(_ object: DesiredObject, _ site: ClusterSite) async throws {
        try await site.apply(object)
        #expect(try await site.compare(object) == .same)
    }

    @Test func `a changed value, with its field and who changed it`() async throws {
        try await ClusterSite.real { site in
            let object = site.configMap("a", "1")
            try await site.apply(object)
            try await site.edit(object, ["data": ["content": "2"]])
            let seen = try await site.compare(object)
            #expect(seen.fields == ["data.content"])
            #expect(seen.cause?.string.hasPrefix("kubectl-edit") == true)
            try await heal(object, site)
            #expect(try await site.live(object)["data"]?["content"] == "1")
        }
    }

    @Test func `kubectl scale, which moves no ownership`() async throws {
        try await ClusterSite.real { site in
            let object = try site.object(ClusterSite.deployment(replicas: 0))
            try await site.apply(object)
            let scale = try await site.address(object).subresource("scale")
            _ = try await site.cluster.patch(
                scale, with: .merge(["spec": ["replicas": 3]]), WriteOptions(manager: "kubectl"))
            #expect(try await site.compare(object).fields == ["spec.replicas"])
            try await heal(object, site)
            #expect(try await site.live(object)["spec"]?["replicas"] == 0)
        }
    }

    @Test func `a stringData key that somebody edits, and one that Git drops`() async throws {
        try await ClusterSite.real { site in
            func secret(_ data: String) throws -> DesiredObject {
                try site.object("{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {\(data)}}")
            }
            let both = try secret("a: one, b: two")
            var inventory = Inventory()
            try await site.sync([both], inventory: &inventory)
            #expect(try await site.compare(both) == .same)
            try await site.edit(both, ["data": ["a": "Y2hhbmdlZA=="]])
            #expect(try await site.compare(both).fields == ["data.a"])
            try await heal(both, site)
            let one = try secret("a: one")
            #expect(try await site.sync([one], inventory: &inventory).first?.result == .done)
            #expect(try await site.live(one)["data"] == ["a": "b25l"])
        }
    }

    @Test func `a privileged container that somebody adds is taken out`() async throws {
        try await ClusterSite.real { site in
            let object = try site.object(ClusterSite.deployment(replicas: 0))
            try await site.apply(object)
            let miner: Value = ["name": "miner", "image": "m", "securityContext": ["privileged": true]]
            let add: Value = ["op": "add", "path": "/spec/template/spec/containers/-", "value": miner]
            _ = try await site.cluster.patch(
                try await site.address(object), with: .json([add]), WriteOptions(manager: "kubectl-edit"))
            let seen = try await site.compare(object)
            #expect(seen.fields == ["spec.template.spec.containers[1]"])
            #expect(seen.cause?.string.hasPrefix("kubectl-edit") == true)
            try await heal(object, site)
            let containers = try await site.live(object)["spec"]?["template"]?["spec"]?["containers"]
            #expect(containers?.arrayValue?.count == 1)
        }
    }

    @Test func `managedFields that somebody wiped`() async throws {
        try await ClusterSite.real { site in
            let object = site.configMap("a", "1")
            try await site.apply(object)
            try await site.edit(object, ["metadata": ["managedFields": [[:]]]])
            #expect(try await site.compare(object).fields == ["metadata.managedFields"])
            try await heal(object, site)
        }
    }

    @Test func `amounts in another spelling, null fields and defaults are none`() async throws {
        try await ClusterSite.real { site in
            let yaml = ClusterSite.deployment(replicas: 0, cpu: "1000m") + "\n  paused: null\n  minReadySeconds: null"
            let object = try site.object(yaml)
            try await site.apply(object)
            #expect(try await site.compare(object) == .same)
            // Also to a process that has observed nothing.
            let fresh = ClusterSite(site.cluster, namespace: site.namespace)
            #expect(try await fresh.compare(object) == .same)
        }
    }

    @Test(arguments: ["autoscaling/v1", "autoscaling/v2beta2"])
    func `an autoscaler in a version that it is not stored in is none`(version: String) async throws {
        try await ClusterSite.real { site in
            let metric =
                version == "autoscaling/v1"
                ? "targetCPUUtilizationPercentage: 70"
                : "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]"
            let object = try site.object(
                """
                apiVersion: \(version)
                kind: HorizontalPodAutoscaler
                metadata: {name: h}
                spec:
                  minReplicas: 1
                  maxReplicas: 3
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                  \(metric)
                """)
            try await site.apply(object)
            #expect(try await site.compare(object) == .same)
            #expect(try await ClusterSite(site.cluster, namespace: site.namespace).compare(object) == .same)
            try await site.edit(object, ["spec": ["maxReplicas": 9]])
            #expect(try await site.compare(object).fields == ["spec.maxReplicas"])
            try await heal(object, site)
        }
    }

    @Test func `an autoscaler that goes over to another version loses what is dropped with it, in one apply`()
        async throws
    {
        func autoscaler(_ version: String, _ fields: String, _ site: ClusterSite) throws -> DesiredObject {
            let target = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}"
            return try site.object(
                """
                {apiVersion: autoscaling/\(version), kind: HorizontalPodAutoscaler, metadata: {name: h},
                 spec: {maxReplicas: 3, \(target)\(fields)}}
                """)
        }
        try await ClusterSite.real { site in
            var inventory = Inventory()
            try await site.sync([try autoscaler("v2beta2", ", minReplicas: 2", site)], inventory: &inventory)
            let new = try autoscaler("v1", "", site)
            #expect(try await site.compare(new).fields == ["apiVersion"])
            #expect(try await site.sync([new], inventory: &inventory).map(\.result) == [.done])
            let live = try await site.live(new)
            #expect(live["spec"]?["minReplicas"] == 1, "the server's default")
            #expect(ManagedFields(of: live).applied(by: KubernetesTarget.manager)?.apiVersion == "autoscaling/v1")
            for again in [site, ClusterSite(site.cluster, namespace: site.namespace)] {
                #expect(try await again.compare(new) == .same)
            }
        }
    }

    @Test(arguments: [
        ("networking.k8s.io/v1", "defaultBackend: {service: {name: s, port: {number: 80}}}"),
        ("networking.k8s.io/v1beta1", "backend: {serviceName: s, servicePort: 80}"),
    ])
    func `an ingress in either version is none`(version: String, backend: String) async throws {
        try await ClusterSite.real { site in
            let object = try site.object(
                "{apiVersion: \(version), kind: Ingress, metadata: {name: i}, spec: {\(backend)}}")
            try await site.apply(object)
            #expect(try await site.compare(object) == .same)
            #expect(try await ClusterSite(site.cluster, namespace: site.namespace).compare(object) == .same)
        }
    }

    @Test func `what admission puts into a Pod is none`() async throws {
        try await ClusterSite.real { site in
            // The server's own admission adds an account, a volume, mounts and tolerations.
            let object = try site.object(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec: {containers: [{name: a, image: "example.org/a:1", volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, emptyDir: {}}]}
                """)
            // The account has to be there first.
            let accounts = try await site.cluster.resource(
                of: GroupVersionKind(group: "", version: "v1", kind: "ServiceAccount"))
            let account = ObjectAddress(accounts, namespace: site.namespace, name: "default")
            while (try? await site.cluster.get(account)["secrets"]) == nil {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await site.apply(object)
            #expect(try await (site.live(object)["spec"]?["volumes"]?.arrayValue?.count ?? 0) > 1)
            #expect(try await site.compare(object) == .same)
            #expect(try await ClusterSite(site.cluster, namespace: site.namespace).compare(object) == .same)
        }
    }

    @Test func `a field that another applier owns too is none, until its value changes`() async throws {
        try await ClusterSite.real { site in
            let object = site.configMap("a", "1")
            try await site.apply(object)
            let address = try await site.address(object)
            func apply(_ content: Value) async throws {
                let manifest: Value = [
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["content": content],
                ]
                _ = try await site.cluster.apply(manifest, at: address, WriteOptions(manager: "other", force: true))
            }
            try await apply("1")
            #expect(try await site.compare(object) == .same)
            try await apply("2")
            let seen = try await site.compare(object)
            #expect(seen.fields == ["data.content"])
            #expect(seen.cause?.string.hasPrefix("other") == true)
            try await heal(object, site)
        }
    }

    @Test func `a field that an autoscaler may change is sent once, never reset and never dropped to its default`()
        async throws
    {
        let field = try #require(FieldPattern("spec.replicas"))
        let rules = DriftRules(ignore: [DriftRules.Ignore(kind: "Deployment", field: field)])
        try await ClusterSite.real(rules: rules) { site in
            var inventory = Inventory()
            let first = try site.object(ClusterSite.deployment(replicas: 2))
            try await site.sync([first], inventory: &inventory)
            #expect(try await site.live(first)["spec"]?["replicas"] == 2)
            let scale = try await site.address(first).subresource("scale")
            func scaleTo(_ count: Value) async throws {
                _ = try await site.cluster.patch(
                    scale, with: .merge(["spec": ["replicas": count]]), WriteOptions(manager: "hpa"))
            }
            try await scaleTo(5)
            #expect(try await site.compare(first) == .same)
            let second = try site.object(ClusterSite.deployment(replicas: 2, image: "example.org/a:2"))
            #expect(try await site.sync([second], inventory: &inventory).first?.result == .done)
            #expect(try await site.live(second)["spec"]?["replicas"] == 5)
            try await scaleTo(7)
            let third = try site.object(ClusterSite.deployment(replicas: 3, image: "example.org/a:3"))
            #expect(try await site.sync([third], inventory: &inventory).first?.result == .done)
            #expect(try await site.live(third)["spec"]?["replicas"] == 7)
            #expect(try await site.compare(third) == .same)
        }
    }

    @Test func `a label that somebody takes off is put back, and the object is not believed to be gone`() async throws {
        try await ClusterSite.real { site in
            let object = site.configMap("a", "1")
            try await site.apply(object)
            try await site.target.setWatched([object], of: site.unit)
            let (reports, continuation) = AsyncStream.makeStream(of: Set<ObjectID>.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await site.target.watch(WatchSink { _, objects in continuation.yield(objects) }) }
                var iterator = reports.makeAsyncIterator()
                _ = await iterator.next()
                #expect(try await site.compare(object) == .same)
                try await site.edit(object, ["metadata": ["labels": ["trimtab.dev/fleet": .null]]])
                #expect(await iterator.next() == [object.id])
                #expect(try await site.compare(object).fields == ["metadata.labels[\"trimtab.dev/fleet\"]"])
                group.cancelAll()
            }
            try await heal(object, site)
        }
    }

    @Test func `an object that somebody deletes is absent, and made again`() async throws {
        try await ClusterSite.real { site in
            let object = site.configMap("a", "1")
            try await site.apply(object)
            _ = try await site.cluster.delete(try await site.address(object), DeleteOptions())
            #expect(try await site.compare(object) == .absent)
            try await heal(object, site)
        }
    }

    @Test func `a key that somebody adds is reported, removed or passed over, as the application says`() async throws {
        for additions in DriftRules.Additions.allCases {
            try await ClusterSite.real(rules: DriftRules(additions: additions)) { site in
                let object = site.configMap("a", "1")
                try await site.apply(object)
                try await site.edit(object, ["data": ["other": "x"]], by: "somebody")
                let seen = try await site.compare(object)
                #expect(seen.fields == (additions == .remove ? ["data.other"] : []))
                #expect(seen.additions == (additions == .report ? ["data.other"] : []))
                if additions != .ignore { #expect(seen.cause?.string.hasPrefix("somebody") == true) }
                if additions == .remove { try await heal(object, site) }
                let live = try await site.live(object)["data"]?["other"]
                #expect((live == nil) == (additions == .remove))
            }
        }
    }

    @Test func `what others added is still told after an apply of ours, until it is declared`() async throws {
        try await ClusterSite.real { site in
            var inventory = Inventory()
            let first = try site.object(ClusterSite.deployment(replicas: 0))
            try await site.sync([first], inventory: &inventory)
            let env: Value = [["name": "DEBUG", "value": "1"]]
            _ = try await site.cluster.patch(
                try await site.address(first),
                with: .json([["op": "add", "path": "/spec/template/spec/containers/0/env", "value": env]]),
                WriteOptions(manager: "kubectl-set"))
            #expect(try await site.compare(first).additions == ["spec.template.spec.containers[0].env"])
            let second = try site.object(ClusterSite.deployment(replicas: 0, image: "example.org/a:2"))
            try await site.sync([second], inventory: &inventory)
            #expect(try await site.compare(second).additions == ["spec.template.spec.containers[0].env"])
            let declared = try site.object(
                ClusterSite.deployment(replicas: 0, image: "example.org/a:2")
                    + "\n          env: [{name: DEBUG, value: \"1\"}]")
            try await site.sync([declared], inventory: &inventory)
            #expect(try await site.compare(declared) == .same)
        }
    }

    @Test func `a count that is set through the scale subresource was not added by a hand`() async throws {
        try await ClusterSite.real { site in
            let yaml = ClusterSite.deployment(replicas: 1).replacing("  replicas: 1\n", with: "")
            let object = try site.object(yaml)
            try await site.apply(object)
            _ = try await site.cluster.patch(
                try await site.address(object).subresource("scale"), with: .merge(["spec": ["replicas": 3]]),
                WriteOptions(manager: "hpa"))
            #expect(try await site.compare(object) == .same)
        }
    }

    @Test func `rules that change are followed at once, also for what a watch says to stand`() async throws {
        try await ClusterSite.real { site in
            let object = site.configMap("a", "1")
            try await site.apply(object)
            try await site.edit(object, ["data": ["other": "x"]], by: "somebody")
            try await site.target.setWatched([object], of: site.unit)
            let (reports, continuation) = AsyncStream.makeStream(of: Set<ObjectID>.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await site.target.watch(WatchSink { _, objects in continuation.yield(objects) }) }
                var iterator = reports.makeAsyncIterator()
                _ = await iterator.next()
                // The second time without a look.
                for _ in 1...2 {
                    let seen = try await site.compare(object)
                    #expect(seen.additions == ["data.other"])
                }
                var strict = site
                strict.unit.driftRules.additions = .remove
                let judged = try await strict.compare(object)
                #expect(judged.fields == ["data.other"])
                group.cancelAll()
            }
        }
    }
}
