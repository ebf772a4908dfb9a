// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// What is there as declared, and bears nobody's mark.
@Suite(.timeLimit(.minutes(5))) struct ClaimTests {
    private let site = ClusterSite(MemoryCluster(), namespace: "default")

    private func make(_ object: DesiredObject) async throws {
        _ = try await site.cluster.create(
            object.manifest, at: try await site.address(object), WriteOptions(manager: "kubectl-create"))
    }

    @Test func `it gets ours`() async throws {
        let object = site.configMap("a", "one")
        try await make(object)
        var inventory = Inventory()
        try await site.sync([object], inventory: &inventory)
        #expect(Claim.holder(of: try await site.live(object)) == .unit(site.unit.unit))
        #expect(try await site.compare(object) == .same)
    }

    @Test func `it gets ours also where an apply was intended and failed before`() async throws {
        let object = site.configMap("a", "one")
        try await make(object)
        var inventory = Inventory()
        inventory.entries[object.id] = Inventory.Entry(uid: "", applied: nil, wave: 0)
        try await site.sync([object], inventory: &inventory)
        #expect(Claim.holder(of: try await site.live(object)) == .unit(site.unit.unit))
        #expect(try await site.sync([object], inventory: &inventory).isEmpty, "it is ours from then on")
    }

    @Test func `one that was read back from the cluster and bears our mark is kept without a write`() async throws {
        let object = site.configMap("a", "one")
        try await site.apply(object)
        let version = try await site.live(object).resourceVersion
        let fresh = ClusterSite(site.cluster, namespace: site.namespace)
        var inventory = Inventory()
        inventory.entries[object.id] = Inventory.Entry(uid: "", applied: nil, wave: 0)
        #expect(try await fresh.sync([object], inventory: &inventory).isEmpty)
        #expect(try await site.live(object).resourceVersion == version)
    }
}
