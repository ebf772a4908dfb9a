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

/// What a unit of very many objects asks for in processes that do one round and end, as `trimtab sync --once` does.
@Suite(.timeLimit(.minutes(2))) struct ManyObjectsTests {
    private static let count = 300
    private let site = DaemonSite()

    /// The calls of one process, by what they were.
    private func round(_ content: Text) async throws -> [Text: Int] {
        let place = ClusterSite(site.cluster, namespace: "default")
        let objects = (0..<Self.count).map { place.configMap(Text("map-\($0)"), content) }
        let unit = ManagedUnit(
            context: place.unit, policy: SyncPolicy(), newest: site.content.commit(objects, of: place.unit.unit))
        let before = site.cluster.calls.count
        let engine = site.engine(KubernetesTarget(cluster: site.cluster, observations: site.observations))
        await engine.install([unit])
        await engine.settle()
        #expect(await engine.snapshots().map(\.state) == [.inSync])
        return Dictionary(site.cluster.calls.dropFirst(before).map { ($0.verb, 1) }, uniquingKeysWith: +)
    }

    @Test func `one request each to make and to change them, one list where nothing has changed`() async throws {
        let made = try await round("one")
        #expect(made["patch"] == Self.count && made["create"] == 1, "the latter is the inventory's: \(made)")
        #expect(made["get", default: 0] == 0 && made["list", default: 0] <= 1, "\(made)")
        let changed = try await round("two")
        #expect(changed["patch"] == Self.count, "the inventory names the same objects: \(changed)")
        #expect(changed["get", default: 0] <= 1 && changed["list", default: 0] <= 2, "\(changed)")
        let same = try await round("two")
        #expect(same == ["list": 1], "\(same)")
    }
}
