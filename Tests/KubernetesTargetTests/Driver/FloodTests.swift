// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import KubernetesTarget

/// A daemon that makes very many objects at once.
@Suite(.timeLimit(.minutes(2))) struct FloodTests {
    private let site = DaemonSite()

    @Test func `many new objects are told of by lists, and what others do meanwhile is put right`() async throws {
        let units = try site.units(150)
        let (edited, gone) = (address("app-7"), address("app-8"))
        let calls = try await site.live(units) { _, _ in
            _ = try await site.cluster.patch(
                edited, with: .merge(["data": ["content": "9"]]), WriteOptions(manager: "somebody"))
            _ = try await site.cluster.delete(gone, DeleteOptions())
            while try await site.cluster.get(edited)["data"]?["content"] != "1" {
                try await Task.sleep(for: .milliseconds(20))
            }
            while (try? await site.cluster.get(gone)) == nil { try await Task.sleep(for: .milliseconds(20)) }
            // Until it watches again.
            while count(site.cluster.calls)["watch deployments", default: 0] < 2 {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let counts = count(calls)
        for kind in ["configmaps", "deployments", "secrets"] {
            // Another of each where the machine was so busy that it seemed to be over; of inventories there is one more.
            #expect((2...5).contains(counts["list \(kind)", default: 0]), "\(counts)")
            #expect((2...5).contains(counts["watch \(kind)", default: 0]), "\(counts)")
        }
        // Of what a list did not hold yet that was answered before it was read.
        #expect(counts["get deployments", default: 0] + counts["get secrets", default: 0] <= 60, "\(counts)")
    }

    @Test func `a list in place of a watch tells of what changed, and of nothing else`() async throws {
        let place = ClusterSite(site.cluster, namespace: "default")
        let told = Mutex<Set<ObjectID>>([])
        let desk = place.target.desk
        desk.state.withLock { $0.sink = WatchSink { _, objects in told.withLock { $0.formUnion(objects) } } }
        let objects = (0..<100).map { place.configMap(Text("map-\($0)"), "1") }
        var inventory = Inventory()
        _ = try await place.sync(objects, inventory: &inventory)
        let feed = try #require(desk.state.withLock { $0.feeds.keys.first })
        func list() async throws -> Set<ObjectID> {
            told.withLock { $0 = [] }
            desk.take(.began, of: feed)
            _ = try await site.cluster.list(feed.query) { desk.take(.item($0), of: feed) }
            desk.take(.complete, of: feed)
            return told.withLock(\.self)
        }
        #expect(try await !list().isEmpty, "a first one tells every unit that it is there")
        func rest() { desk.state.withLock { $0.feeds[feed]?.hasRested = true } }
        rest()
        #expect(try await list().isEmpty)
        rest()
        try await place.edit(objects[3], ["data": ["content": "9"]])
        _ = try await site.cluster.delete(try await place.address(objects[4]), DeleteOptions())
        #expect(try await list() == [objects[3].id, objects[4].id])
        #expect(try await !list().isEmpty, "and so does one that nobody asked for")
    }

    @Test func `what was watched before it was made is not looked at once more`() async throws {
        let place = ClusterSite(site.cluster, namespace: "default")
        let objects = (0..<10).map { place.configMap(Text("map-\($0)"), "1") }
        let version = site.content.commit(objects, of: place.unit.unit)
        try await site.live([ManagedUnit(context: place.unit, policy: SyncPolicy(), newest: version)])
        // The list that a watch begins with may name one to the unit.
        #expect(site.content.objects <= objects.count + 1)
    }

    private func address(_ name: Text) -> ObjectAddress {
        ObjectAddress(InventoryBooks.resource, namespace: "default", name: name)
    }

    private func count(_ calls: [MemoryCluster.Call]) -> [Text: Int] {
        Dictionary(calls.map { ("\($0.verb) \($0.resource.name)", 1) }, uniquingKeysWith: +)
    }
}
