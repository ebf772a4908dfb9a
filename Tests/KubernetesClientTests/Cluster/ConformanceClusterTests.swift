// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import TestSupport
import Testing

@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct ConformanceClusterTests {
    @Test(arguments: ClusterConformance.items)
    func `a real server behaves as we expect`(item: ClusterConformance.Item) async throws {
        try await TestCluster.withNamespace { client, namespace in try await item.check(client, namespace) }
    }
}
