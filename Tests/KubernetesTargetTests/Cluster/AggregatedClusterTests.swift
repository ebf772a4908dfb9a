// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// An aggregated API without patches behind a real API server.
@Suite(
    .enabled(if: ControlPlane.isPossible, Comment(rawValue: ControlPlane.hint)), .timeLimit(.minutes(5)))
struct AggregatedClusterTests {
    /// A server of its own: what an APIService is registered for, all others would find missing when it goes.
    private func with(_ body: (ClusterSite, ThingServer) async throws -> Void) async throws {
        try await ControlPlane.with { plane in
            try await TestCluster.withNamespace(of: try await plane.connection()) { client, namespace in
                try await TestCluster.admit(ClusterSite.user, to: namespace, client)
                try await ThingServer.with(client, in: namespace) { server in
                    let rule: Value = ["apiGroups": [.string(server.group)], "resources": ["things"], "verbs": ["*"]]
                    try await RoleGrant("things", .rules([rule]), to: .user(ClusterSite.user), in: namespace)
                        .make(client)
                    try await TestCluster.wait(
                        until: client.acting(as: Impersonation(user: ClusterSite.user)),
                        may: AccessQuestion("update", server.resource, namespace: namespace))
                    try await body(ClusterSite(client, namespace: namespace), server)
                }
            }
        }
    }

    @Test func `it is applied, compared, healed and pruned all the same`() async throws {
        try await with { site, server in
            func thing(_ spec: String) throws -> DesiredObject {
                try site.object(
                    "{apiVersion: \(server.group)/v1, kind: Thing, metadata: {name: a}, spec: \(spec)}")
            }
            var inventory = Inventory()
            let one = try thing("{size: 1, containers: [{name: web, image: one}], old: true}")
            #expect(try await site.sync([one], inventory: &inventory).map(\.result) == [.done])
            #expect(Claim.holder(of: try #require(server.thing("a"))) == .unit(site.unit.unit))
            #expect(try await site.compare(one) == .same)
            let again = try await site.sync([one], inventory: &inventory)
            #expect(again.isEmpty, "\(again)")

            server.edit("a") { thing in
                thing["spec"] = [
                    "size": 5, "containers": [["name": "side", "image": "x"], ["name": "web", "image": "one"]],
                    "old": true, "theirs": 1,
                ]
            }
            #expect(try await site.compare(one).fields == ["spec.size"])
            let two = try thing("{size: 1, containers: [{name: web, image: two}]}")
            #expect(try await site.sync([two], inventory: &inventory).map(\.result) == [.done])
            #expect(
                server.thing("a")?["spec"] == [
                    "size": 1, "containers": [["name": "side", "image": "x"], ["name": "web", "image": "two"]],
                    "theirs": 1,
                ])
            #expect(try await site.compare(two) == .same)
            // Another process finds what this one has left.
            let fresh = ClusterSite(site.cluster, namespace: site.namespace)
            #expect(try await fresh.compare(two) == .same)

            try await site.target.setWatched([two], of: site.unit)
            #expect(site.target.remarks(on: site.unit.unit).count == 1)
            #expect(try await site.target.rehearse([try thing("{size: 9}")], within: [], of: site.unit).isEmpty)
            #expect(server.thing("a")?["spec"]?["size"] == 1)

            #expect(try await site.sync([], inventory: &inventory).map(\.result) == [.done])
            #expect(server.thing("a") == nil)
        }
    }
}
