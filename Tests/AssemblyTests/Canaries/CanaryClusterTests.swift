// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import TestSupport
import Testing

/// Secrets of every origin, on a host and in a real cluster, through all that can happen to them; then everything that
/// was written, printed, logged and sent meanwhile is searched for them.
@Suite(
    .serialized, .enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)),
    .enabled(if: RealBao.program != nil, "TRIMTAB_BAO names no bao"), .timeLimit(.minutes(8)))
struct CanaryClusterTests {
    @Test func `nothing of a secret is anywhere but on its target`() async throws {
        try await ClusterFleet.with { cluster in
            try await CanaryTrial.with(cluster.site, cluster: cluster) { try await $0.tell() }
        }
    }
}
