// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import TestSupport
import Testing

struct MemoryClusterConformanceTests {
    @Test(arguments: ClusterConformance.items)
    func `the twin behaves like a cluster`(item: ClusterConformance.Item) async throws {
        let cluster = MemoryCluster()
        let namespaces = try await cluster.resource(of: GroupVersionKind(group: "", version: "v1", kind: "Namespace"))
        try await cluster.create(
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "own"]],
            at: ObjectAddress(namespaces, name: "own"), WriteOptions(manager: "test"))
        try await item.check(cluster, "own")
    }
}
