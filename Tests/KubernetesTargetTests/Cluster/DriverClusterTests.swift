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

@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct DriverClusterTests {
    @Test func `a real cluster is driven as the engine relies on`() async throws {
        try await ClusterSite.real { site in
            var number = 0
            let violations = try await TargetDriverConformance.violations {
                number += 1
                // A fresh target each: another driver, and names of its own.
                let fresh = ClusterSite(site.cluster, namespace: site.namespace)
                var subject = fresh.subject
                let prefix = "t\(number)-"
                subject.unit = ClusterSite.context("web\(number)", site.namespace)
                subject.other = ClusterSite.context("other\(number)", site.namespace)
                subject.object = { name, content in fresh.configMap("\(Text(prefix))\(name)", content) }
                return subject
            }
            #expect(violations == [])
        }
    }

    @Test func `what is not the project's is refused, by name`() async throws {
        try await ClusterSite.real { site in
            var elsewhere = site.configMap("a", "1")
            elsewhere.id.namespace = "kube-system"
            let role = try site.object(
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: x}, rules: []}")
            let unknown = try site.object("{apiVersion: example.org/v1, kind: Nothing, metadata: {name: x}}")
            let refusals = try await site.target.admit(
                [elsewhere, role, unknown, site.configMap("b", "1")], of: site.unit)
            #expect(refusals.map(\.object) == [elsewhere.id, role.id, unknown.id])
            #expect(refusals[0].reason.string.contains("kube-system"))
            #expect(refusals[1].reason.string.contains("ClusterRole"))
            #expect(refusals[2].reason.string.contains("no such kind"))
        }
    }

    @Test func `the server's own authorizer has the last word`() async throws {
        try await TestCluster.withNamespace { client, namespace in
            // Nobody gave this user any rights.
            let site = ClusterSite(client, namespace: namespace)
            await #expect(throws: TargetError.self) { try await site.compare(site.configMap("a", "1")) }
        }
    }

    @Test func `what leaves Git is deleted by its UID, and nothing that took its name`() async throws {
        try await ClusterSite.real { site in
            var inventory = Inventory()
            let (kept, gone, replaced) = (site.configMap("k", "1"), site.configMap("g", "1"), site.configMap("r", "1"))
            try await site.sync([kept, gone, replaced], inventory: &inventory)
            let address = try await site.address(replaced)
            _ = try await site.cluster.delete(address, DeleteOptions())
            _ = try await site.cluster.create(replaced.manifest, at: address, WriteOptions(manager: "somebody"))
            let outcomes = try await site.sync([kept], inventory: &inventory)
            #expect(Set(outcomes.map(\.object)) == [gone.id, replaced.id])
            await #expect(throws: KubernetesError.self) { try await site.live(gone) }
            #expect(try await site.live(replaced)["data"]?["content"] == "1")
            #expect(try await site.live(kept)["data"]?["content"] == "1")
        }
    }

    @Test func `what another applier made is not taken over unseen`() async throws {
        try await ClusterSite.real { site in
            let object = site.configMap("a", "ours")
            _ = try await site.cluster.apply(
                site.configMap("a", "theirs").manifest, at: try await site.address(object),
                WriteOptions(manager: "helm"))
            var inventory = Inventory()
            let outcome = try #require(try await site.sync([object], inventory: &inventory).first)
            guard case .failed(let reason) = outcome.result else {
                Issue.record("\(outcome)")
                return
            }
            #expect(reason.string.contains("helm") && reason.string.contains("content"))
            #expect(try await site.live(object)["data"]?["content"] == "theirs")
        }
    }

    @Test func `a field that cannot be changed is named, and made anew where the project allows it`() async throws {
        func job(_ site: ClusterSite, _ image: String) throws -> DesiredObject {
            try site.object(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: once}
                spec:
                  template:
                    spec: {restartPolicy: Never, containers: [{name: a, image: "\(image)"}]}
                """)
        }
        try await ClusterSite.real { site in
            var inventory = Inventory()
            try await site.sync([try job(site, "a:1")], inventory: &inventory)
            let outcome = try await site.sync([try job(site, "a:2")], inventory: &inventory).first
            guard case .failed(let reason)? = outcome?.result else {
                Issue.record("\(String(describing: outcome))")
                return
            }
            #expect(reason.string.contains("spec.template cannot be changed"))
            #expect(reason.string.contains("replace: [Job]"))
        }
        try await ClusterSite.real(replace: ["Job"]) { site in
            var inventory = Inventory()
            let (first, second) = (try job(site, "a:1"), try job(site, "a:2"))
            try await site.sync([first], inventory: &inventory)
            let before = inventory.entries[first.id]?.uid
            let outcome = try await site.sync([second], inventory: &inventory).first
            #expect(outcome?.result == .done)
            #expect(outcome?.uid != before)
            let containers = try await site.live(second)["spec"]?["template"]?["spec"]?["containers"]
            #expect(containers?.arrayValue?.first?["image"] == "a:2")
        }
    }

    @Test func `an object that moves between API groups keeps its UID and its marks`() async throws {
        func ingress(_ site: ClusterSite, _ version: String, _ backend: String) throws -> DesiredObject {
            try site.object("{apiVersion: \(version), kind: Ingress, metadata: {name: i}, spec: {\(backend)}}")
        }
        try await ClusterSite.real { site in
            var inventory = Inventory()
            let old = try ingress(site, "extensions/v1beta1", "backend: {serviceName: s, servicePort: 80}")
            let new = try ingress(
                site, "networking.k8s.io/v1", "defaultBackend: {service: {name: s, port: {number: 80}}}")
            try await site.sync([old], inventory: &inventory)
            let before = try await site.live(old)
            try await site.sync([new], inventory: &inventory)
            let after = try await site.live(new)
            #expect(after.uid == before.uid)
            #expect(Claim.holder(of: after) == .unit(site.unit.unit))
            #expect(Array(inventory.entries.keys) == [new.id])
            #expect(try await site.compare(new) == .same)
            // Also to a process that has observed nothing.
            #expect(try await ClusterSite(site.cluster, namespace: site.namespace).compare(new) == .same)
        }
    }

    @Test func `a namespace that holds anything else is not deleted, and one that holds nothing is`() async throws {
        try await TestCluster.withNamespace { client, namespace in
            let site = ClusterSite(client, namespace: namespace)
            // Nobody else's: other tests see to what their user may not do.
            let user: Text = "trimtab-admin-\(namespace)"
            let administrator = try await TestCluster.grant(client, "cluster-admin", to: user, for: namespace)
            let place = try site.object("{apiVersion: v1, kind: Namespace, metadata: {name: \(namespace)-inner}}")
            var inner = place
            inner.id.namespace = ""
            inner.manifest = inner.manifest.settingMetadata("namespace", nil)
            var unit = site.unit
            unit.limits = .kubernetes(
                KubernetesLimits(
                    namespaces: [namespace, "\(namespace)-inner"], clusterKinds: ["Namespace"],
                    identity: .user(user)))
            var work = ClusterSite(client, namespace: namespace)
            work.unit = unit
            var inventory = Inventory()
            try await work.sync([inner], inventory: &inventory)
            let foreign = ObjectAddress(
                InventoryBooks.resource, namespace: "\(namespace)-inner", name: "theirs")
            try await client.create(
                ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "theirs"]], at: foreign,
                WriteOptions(manager: "somebody"))
            guard case .failed(let reason)? = try await work.sync([], inventory: &inventory).first?.result else {
                Issue.record("it is not refused")
                return
            }
            #expect(reason == "it holds ConfigMap/theirs, which is not this unit's")
            try await client.delete(foreign, DeleteOptions())
            // While a part of the API of another test does not answer, nobody knows what a namespace holds.
            var result = try await work.sync([], inventory: &inventory).first?.result
            for _ in 0..<60 where result == .failed(reason: Self.unknown) {
                try await Task.sleep(for: .seconds(1))
                result = try await work.sync([], inventory: &inventory).first?.result
            }
            #expect(result == .done)
            try await client.delete(administrator, DeleteOptions())
        }
    }

    private static let unknown: Text = "a part of the API does not answer, so nobody knows what it holds"

    @Test func `an inventory follows when the project's namespaces change their order`() async throws {
        try await TestCluster.withNamespace { client, namespace in
            try await TestCluster.withNamespace { _, other in
                let site = ClusterSite(client, namespace: namespace)
                let user: Text = "trimtab-admin-\(namespace)"
                let administrator = try await TestCluster.grant(client, "cluster-admin", to: user, for: namespace)
                func context(_ namespaces: [Text]) -> UnitContext {
                    var unit = site.unit
                    unit.limits = .kubernetes(
                        KubernetesLimits(namespaces: namespaces, identity: .user(user)))
                    return unit
                }
                let inventory = Inventory(entries: [
                    site.configMap("a", "1").id: Inventory.Entry(uid: "1", applied: nil, wave: 0)
                ])
                try await site.target.store(inventory, of: context([namespace, other]))
                // Another process finds it where it was, and moves it.
                let next = ClusterSite(client, namespace: namespace)
                #expect(try await next.target.storedInventory(of: context([other, namespace])) == inventory)
                try await next.target.store(inventory, of: context([other, namespace]))
                func holds(_ place: Text) async -> Bool {
                    let address = InventoryBooks.address(of: site.unit.unit, part: 0, in: place)
                    return (try? await client.get(address)) != nil
                }
                #expect(await holds(other))
                #expect(await !holds(namespace))
                try await client.delete(administrator, DeleteOptions())
            }
        }
    }

    @Test func `with nothing changed nothing is written`() async throws {
        try await ClusterSite.real { site in
            let objects = [
                site.configMap("a", "1"),
                try site.object("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80}]}}"),
            ]
            var inventory = Inventory()
            try await site.sync(objects, inventory: &inventory)
            let versions = [
                try await site.live(objects[0]).resourceVersion, try await site.live(objects[1]).resourceVersion,
            ]
            // Another process, without what was observed.
            let again = ClusterSite(site.cluster, namespace: site.namespace)
            #expect(try await again.sync(objects, inventory: &inventory).isEmpty)
            #expect(
                versions == [
                    try await site.live(objects[0]).resourceVersion, try await site.live(objects[1]).resourceVersion,
                ])
        }
    }

    @Test func `a Deployment becomes healthy, and says what it waits for`() async throws {
        try await ClusterSite.real { site in
            let none = try site.object(ClusterSite.deployment(replicas: 0))
            try await site.apply(none)
            var report = HealthReport(.unknown)
            for _ in 0..<100 {
                report = try #require(try await site.target.health(of: [none], in: site.unit)[none.id])
                if report.health == .healthy { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(report.health == .healthy)
            // No node, no Pod.
            let one = try site.object(ClusterSite.deployment(replicas: 1))
            try await site.apply(one)
            try await Task.sleep(for: .seconds(1))
            report = try #require(try await site.target.health(of: [one], in: site.unit)[one.id])
            #expect(report.health == .progressing)
            #expect(report.reason.contains("replicas"))
        }
    }
}

extension ClusterSite {
    static func deployment(replicas: Int, image: String = "example.org/a:1", cpu: String = "1") -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: \(replicas)
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: web
                  image: \(image)
                  ports: [{containerPort: 80}]
                  resources: {limits: {cpu: "\(cpu)"}}
        """
    }
}
