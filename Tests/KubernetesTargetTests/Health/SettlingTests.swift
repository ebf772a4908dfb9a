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

struct SettlingTests {
    private func object(_ apiVersion: Text, _ kind: Text, _ spec: Value = [:]) -> Value {
        ["apiVersion": .string(apiVersion), "kind": .string(kind), "spec": spec]
    }

    @Test func `only of what has something to do a status may be about what it was before`() {
        #expect(ObjectHealth.hasUnversionedStatus(object("v1", "Namespace")))
        #expect(ObjectHealth.hasUnversionedStatus(object("v1", "Service", ["type": "LoadBalancer"])))
        #expect(!ObjectHealth.hasUnversionedStatus(object("v1", "Service", ["type": "ClusterIP"])))
        #expect(!ObjectHealth.hasUnversionedStatus(object("v1", "Service")))
        #expect(!ObjectHealth.hasUnversionedStatus(object("v1", "ConfigMap")))
        #expect(!ObjectHealth.hasUnversionedStatus(object("apps/v1", "Deployment")), "it says so once it has spoken")
    }

    /// A clock that goes when the test says so.
    private final class Hand: Sendable {
        private let now = Mutex(Moment(nanoseconds: 1_000_000_000_000))

        func pass(_ duration: Duration) { now.withLock { $0 = $0.advanced(by: duration) } }

        var clocks: Clocks {
            Clocks(
                wall: { Time(nanoseconds: 1_800_000_000_000_000_000) },
                monotonic: { [self] in now.withLock { $0 } }, sleep: { _ in })
        }
    }

    private let hand = Hand()
    private let cluster = MemoryCluster()
    private var site: ClusterSite { ClusterSite(cluster, namespace: "default", clocks: hand.clocks) }

    private func status(_ object: DesiredObject, _ site: ClusterSite, _ status: Value) async throws {
        try await site.edit(object, ["status": status], by: "controller", subresource: "status")
    }

    private func health(_ object: DesiredObject, _ site: ClusterSite) async throws -> HealthReport? {
        try await site.target.health(of: [object], in: site.unit)[object.id]
    }

    @Test func `a status that names no generation counts when it has stayed well for a second`() async throws {
        let site = site
        func claim(_ size: String) throws -> DesiredObject {
            try site.object(
                """
                {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a},
                 spec: {resources: {requests: {storage: \(size)}}}}
                """)
        }
        let first = try claim("1Gi")
        try await site.apply(first)
        try await status(first, site, ["phase": "Bound"])
        hand.pass(.milliseconds(300))
        #expect(try await health(first, site) == HealthReport(.progressing, reason: "was changed a moment ago"))
        hand.pass(.milliseconds(699))
        #expect(try await health(first, site)?.health == .progressing)
        hand.pass(.milliseconds(1))
        #expect(try await health(first, site) == HealthReport(.healthy))
        // The next apply begins it anew: the status may be about what it was before.
        let second = try claim("2Gi")
        var inventory = Inventory(entries: [first.id: .init(uid: "", applied: nil, wave: 0)])
        try await site.sync([second], inventory: &inventory)
        #expect(try await health(second, site)?.health == .progressing)
        hand.pass(.seconds(1))
        #expect(try await health(second, site) == HealthReport(.healthy))
    }

    @Test func `a ConfigMap is well at once`() async throws {
        let site = site
        let map = site.configMap("a", "1")
        try await site.apply(map)
        #expect(try await health(map, site) == HealthReport(.healthy))
    }

    private func deployment(_ image: String, _ site: ClusterSite) throws -> DesiredObject {
        try site.object(ClusterSite.deployment(replicas: 1, image: image))
    }

    /// As its controller writes it that has brought up a generation.
    private func done(_ generation: Int64) -> Value {
        [
            "observedGeneration": .number(Number(generation)), "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1,
            "availableReplicas": 1,
        ]
    }

    @Test func `a status counts from the generation on that our apply made, whoever tells it`() async throws {
        let site = site
        let first = try deployment("example.org/a:1", site)
        try await site.apply(first)
        try await status(first, site, done(1))
        hand.pass(.seconds(1))
        #expect(try await health(first, site) == HealthReport(.healthy))
        let old = try await site.live(first)
        let second = try deployment("example.org/a:2", site)
        var inventory = Inventory(entries: [first.id: .init(uid: old.uid ?? "", applied: nil, wave: 0)])
        try await site.sync([second], inventory: &inventory)
        #expect(try await site.live(second).generation == 2)
        let unseen = HealthReport(.progressing, reason: "its controller has not seen the newest change yet")
        #expect(try await health(second, site) == unseen)
        // A server of several may answer with what was before our apply: well, and of its own generation.
        let desk = site.target.desk
        #expect(desk.health(of: old, second.id, now: hand.clocks.wall()) == unseen)
        // So may a watch.
        let key = try site.target.reach(for: site.unit).feed(of: second, at: try await site.address(second))
        desk.setWatched([second.id: key], of: site.unit.unit, apis: [key: site.cluster])
        for event in [FeedEvent.began, .complete(at: "1"), .modified(old)] { desk.take(event, of: key) }
        #expect(desk.state.withLock { $0.entries[second.id]?.health } == unseen)
        try await status(second, site, done(2))
        desk.take(.modified(try await site.live(second)), of: key)
        #expect(desk.state.withLock { $0.entries[second.id]?.health } == HealthReport(.healthy))
    }
}
