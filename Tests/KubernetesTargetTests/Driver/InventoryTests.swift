// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import KubernetesTarget

@Suite(.timeLimit(.minutes(5))) struct InventoryTests {
    private let cluster = MemoryCluster()
    private let unit = ClusterSite.context("web", "default")
    private let inventory = Inventory(entries: [
        ObjectID(group: "", kind: "ConfigMap", namespace: "default", name: "a"):
            Inventory.Entry(uid: "", applied: nil, wave: 0)
    ])

    private func version() async throws -> Text? {
        do throws(KubernetesError) {
            return try await cluster.get(InventoryBooks.address(of: unit.unit, part: 0, in: "default")).resourceVersion
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    @Test func `one that somebody deletes is written again, one that is there is not`() async throws {
        let now = Mutex(Moment.start)
        let clocks = Clocks(
            wall: Clocks.system.wall, monotonic: { now.withLock { $0 } }, sleep: { _ in })
        let target = KubernetesTarget(cluster: cluster, observations: MemoryObservations(), clocks: clocks)
        try await target.store(inventory, of: unit)
        let written = try #require(try await version())
        for pause in [Duration.seconds(10), .seconds(120), .seconds(7 * 3600)] {
            now.withLock { $0 = $0.advanced(by: pause) }
            try await target.store(inventory, of: unit)
            #expect(try await version() == written)
        }
        let address = InventoryBooks.address(of: unit.unit, part: 0, in: "default")
        _ = try await cluster.delete(address, DeleteOptions())
        now.withLock { $0 = $0.advanced(by: .seconds(120)) }
        try await target.store(inventory, of: unit)
        #expect(try await version() != nil)
    }

    @Test func `UIDs that come later are no reason to write, other objects are`() async throws {
        let target = KubernetesTarget(cluster: cluster, observations: MemoryObservations())
        try await target.store(inventory, of: unit)
        let written = try await version()
        var known = inventory
        for id in known.entries.keys { known.entries[id]?.uid = "1" }
        try await target.store(known, of: unit)
        #expect(try await version() == written)
        known.entries[ObjectID(group: "", kind: "ConfigMap", namespace: "default", name: "b")] = Inventory.Entry(
            uid: "", applied: nil, wave: 0)
        try await target.store(known, of: unit)
        #expect(try await version() != written)
        #expect(try await target.storedInventory(of: unit) == known)
    }

    @Test func `one that somebody else has written since it was looked for is written over`() async throws {
        let ours = KubernetesTarget(cluster: cluster, observations: MemoryObservations())
        // What it has seen by this holds for a minute.
        #expect(try await ours.storedInventory(of: unit) == nil)
        let theirs = KubernetesTarget(cluster: cluster, observations: MemoryObservations())
        try await theirs.store(inventory, of: unit)
        var more = inventory
        more.entries[ObjectID(group: "", kind: "ConfigMap", namespace: "default", name: "b")] = Inventory.Entry(
            uid: "", applied: nil, wave: 0)
        let before = cluster.calls.count
        try await ours.store(more, of: unit)
        #expect(cluster.calls.dropFirst(before).map(\.verb) == ["create", "patch"])
        let fresh = KubernetesTarget(cluster: cluster, observations: MemoryObservations())
        #expect(try await fresh.storedInventory(of: unit) == more)
    }

    @Test func `marks come off a unit that is let go though somebody has deleted its inventory`() async throws {
        let site = ClusterSite(cluster, namespace: "default")
        let object = site.configMap("a", "1")
        var inventory = Inventory()
        try await site.sync([object], inventory: &inventory)
        _ = try await cluster.delete(
            InventoryBooks.address(of: site.unit.unit, part: 0, in: "default"), DeleteOptions())
        let target = KubernetesTarget(cluster: cluster, observations: MemoryObservations())
        try await target.release(inventory, of: site.unit)
        let live = try await site.live(object)
        #expect(Claim.holder(of: live) != .unit(site.unit.unit))
        #expect(live["data"]?["content"] == "1")
    }

    @Test func `units are found by their inventories, those of other fleets are not`() async throws {
        let target = KubernetesTarget(cluster: cluster, observations: MemoryObservations())
        try await target.store(inventory, of: unit)
        let fleet = unit.unit.fleet
        #expect(try await target.inventoriedUnits(of: fleet, within: unit.limits) == [unit.unit])
        #expect(try await target.inventoriedUnits(of: name("other"), within: unit.limits).isEmpty)
        let elsewhere = ClusterSite.context("web", "kube-system")
        #expect(try await target.inventoriedUnits(of: fleet, within: elsewhere.limits).isEmpty)
        cluster.fail { call in
            call.verb == "list" ? KubernetesError(.forbidden, subject: "x", message: "may not") : nil
        }
        #expect(try await target.inventoriedUnits(of: fleet, within: unit.limits).isEmpty)
        try await target.store(Inventory(), of: unit)
        cluster.work()
        #expect(try await target.inventoriedUnits(of: fleet, within: unit.limits).isEmpty)
    }
}
