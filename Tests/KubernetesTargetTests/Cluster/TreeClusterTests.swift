// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// Trees that real controllers make.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct TreeClusterTests {
    @Test func `a Deployment's Pods are found beneath its ReplicaSet, and those of others are not`() async throws {
        try await ClusterSite.real { site in
            var inventory = Inventory()
            let web = try site.object(ClusterSite.deployment(replicas: 2))
            let secret = try site.object("{apiVersion: v1, kind: Secret, metadata: {name: key}, data: {a: Y2FuYXJ5}}")
            try await site.sync([web, secret], inventory: &inventory)
            // Not of the unit, with the same labels.
            let pod = try site.object(
                "{apiVersion: v1, kind: Pod, metadata: {name: bystander, labels: {app: web}}, "
                    + "spec: {automountServiceAccountToken: false, containers: [{name: main, image: example.org/none}]}}"
            )
            try await site.cluster.create(
                pod.manifest, at: try await site.address(pod), WriteOptions(manager: "somebody"))
            var tree = ObjectTree()
            while true {
                tree = try await site.target.tree(of: inventory, in: site.unit)
                if tree.items.first?.owned.first?.owned.count == 2 { break }
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(tree.remarks.isEmpty)
            #expect(tree.items.map(\.object) == [web.id, secret.id])
            let set = try #require(tree.items[0].owned.first)
            #expect(set.object.kind == "ReplicaSet" && tree.items[0].owned.count == 1)
            #expect(set.owned.allSatisfy { $0.object.kind == "Pod" && $0.object.name.utf8.starts(with: "web-".utf8) })
            // Nobody puts them on a node here.
            #expect(set.owned.allSatisfy { $0.health?.health == .progressing })
            #expect(tree.items[1].health?.health == .healthy && !"\(tree)".contains("Y2FuYXJ5"))
        }
    }

    @Test func `an account that may not list Pods is told so, and sees the rest`() async throws {
        try await TestCluster.withNamespace { client, namespace in
            let site = ClusterSite(client, namespace: namespace)
            let rules: [Value] = [
                ["apiGroups": ["apps"], "resources": ["deployments", "replicasets"], "verbs": ["get", "list"]]
            ]
            try await RoleGrant("reader", .rules(rules), to: .user(ClusterSite.user), in: namespace).make(client)
            let web = try site.object(ClusterSite.deployment(replicas: 1))
            let live = try await client.create(
                web.manifest, at: try await site.address(web), WriteOptions(manager: "somebody"))
            let inventory = Inventory(entries: [web.id: .init(uid: live.object.uid ?? "", applied: nil, wave: 0)])
            var tree = ObjectTree()
            while tree.items.first?.owned.isEmpty != false {
                tree = try await site.target.tree(of: inventory, in: site.unit)
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(tree.items.first?.owned.first?.owned.isEmpty == true)
            let remark = try #require(tree.remarks.first?.string)
            #expect(remark.hasPrefix("Pod objects are not shown: ") && remark.contains(ClusterSite.user.string))
        }
    }
}
