// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

extension ClusterSite {
    /// What every driver must do, for ConfigMaps of this namespace.
    var subject: TargetDriverConformance.Subject {
        TargetDriverConformance.Subject(
            driver: target, unit: unit, other: Self.context("other", namespace),
            object: { name, content in configMap(name, content) },
            edit: { object in try await edit(object, ["data": ["content": "foreign"]]) },
            takeAway: { object in _ = try await cluster.delete(try await address(object), DeleteOptions()) })
    }
}

@Suite(.timeLimit(.minutes(5))) struct KubernetesTargetConformanceTests {
    @Test func `a cluster in memory is driven as the engine relies on`() async throws {
        let violations = try await TargetDriverConformance.violations {
            ClusterSite(MemoryCluster(), namespace: "default").subject
        }
        #expect(violations == [])
    }
}
