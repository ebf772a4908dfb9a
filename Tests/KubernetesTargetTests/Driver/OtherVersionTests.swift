// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// A manifest that goes over to another version of its API.
@Suite struct OtherVersionTests {
    private static let resources =
        MemoryCluster.builtIn
        + ["v1beta1", "v1"].map {
            ResourceType(group: "batch", version: $0, name: "cronjobs", kind: "CronJob", isNamespaced: true)
        }
    private let cluster = MemoryCluster(resources: resources)

    private func job(_ version: String, _ fields: String, _ site: ClusterSite) throws -> DesiredObject {
        try site.object(
            "{apiVersion: batch/\(version), kind: CronJob, metadata: {name: a}, spec: {schedule: '@daily'\(fields)}}")
    }

    @Test func `what is dropped with it goes, what others add is seen, and one apply does`() async throws {
        let site = ClusterSite(cluster, namespace: "default")
        var inventory = Inventory()
        try await site.sync([try job("v1beta1", ", suspend: true", site)], inventory: &inventory)
        let new = try job("v1", "", site)
        #expect(try await site.compare(new).fields == ["apiVersion"])
        #expect(try await site.compare(new).cause == nil, "nobody did that")
        #expect(try await site.sync([new], inventory: &inventory).map(\.result) == [.done])
        #expect(try await site.live(new)["spec"] == ["schedule": "@daily"])
        for again in [site, ClusterSite(cluster, namespace: "default")] {
            #expect(try await again.compare(new) == .same)
        }
        try await site.edit(new, ["spec": ["suspend": true]])
        #expect(try await site.compare(new).additions == ["spec.suspend"])
    }
}
