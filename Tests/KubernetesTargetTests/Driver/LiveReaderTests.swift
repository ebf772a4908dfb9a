// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// How live objects are read where nothing is watched: by one list, or one by one.
@Suite(.timeLimit(.minutes(5))) struct LiveReaderTests {
    private let cluster = MemoryCluster()

    /// Objects of the fleet, 20 to a unit.
    private func make(units: Int, in site: ClusterSite) async throws {
        for index in 0..<units * 20 {
            let map = site.configMap(Text("map-\(index)"), "1")
            let owner = ClusterSite.context("app-\(index / 20)", "default").unit
            try await cluster.apply(
                Claim.mark(map.manifest, as: owner), at: try await site.address(map),
                WriteOptions(manager: KubernetesTarget.manager))
        }
    }

    private func compare(unit index: Int, by target: KubernetesTarget, _ site: ClusterSite) async throws -> [Text: Int]
    {
        let before = cluster.calls.count
        let objects = (index * 20..<index * 20 + 20).map { site.configMap(Text("map-\($0)"), "1") }
        let answers = try await target.compare(
            objects, within: objects, of: ClusterSite.context("app-\(index)", "default"), depth: .content,
            contents: MemoryTree())
        #expect(answers.count == 20 && answers.values.allSatisfy { $0 == .same })
        return Dictionary(cluster.calls.dropFirst(before).map { ($0.verb, 1) }, uniquingKeysWith: +)
    }

    @Test func `many of one place are listed, as long as a list holds little else`() async throws {
        let site = ClusterSite(cluster, namespace: "default")
        try await make(units: 3, in: site)
        let target = KubernetesTarget(cluster: cluster, observations: MemoryObservations())
        for unit in 0..<3 { #expect(try await compare(unit: unit, by: target, site) == ["list": 1]) }
    }

    @Test func `in a place that holds very many others they are read one by one from then on`() async throws {
        let site = ClusterSite(cluster, namespace: "default")
        try await make(units: 30, in: site)
        let target = KubernetesTarget(cluster: cluster, observations: MemoryObservations())
        #expect(try await compare(unit: 0, by: target, site) == ["list": 1])
        for unit in 1..<4 { #expect(try await compare(unit: unit, by: target, site) == ["get": 20]) }
    }
}
