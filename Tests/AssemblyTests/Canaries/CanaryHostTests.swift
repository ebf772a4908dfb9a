// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import TestSupport
import Testing

/// The same as ``CanaryClusterTests`` where there is no cluster.
@Suite(.serialized, .enabled(if: RealBao.program != nil, "TRIMTAB_BAO names no bao"), .timeLimit(.minutes(5)))
struct CanaryHostTests {
    @Test func `nothing of a secret is anywhere but on its host`() async throws {
        try await withScratchFolder { folder in
            try await CanaryTrial.with(TrialSite(folder: folder)) { try await $0.tell() }
        }
    }
}
