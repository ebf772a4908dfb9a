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

/// What is not ours to delete, whatever a plan says.
@Suite struct NotOursTests {
    private let cluster = MemoryCluster()

    @Test func `an object that somebody else made is not made anew, also where the project allows that for ours`()
        async throws
    {
        let site = ClusterSite(cluster, namespace: "default", replace: ["Job"])
        let job = try site.object("{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {parallelism: 2}}")
        let address = try await site.address(job)
        try await cluster.apply(
            ["apiVersion": "batch/v1", "kind": "Job", "spec": ["completions": 1]], at: address,
            WriteOptions(manager: "kubectl"))
        let before = try #require(cluster.object(address))
        let field = KubernetesError.Cause(field: "spec.template", reason: "FieldValueInvalid", message: "is immutable")
        cluster.fail { call in
            guard call.verb == "patch", call.resource.kind == "Job" else { return nil }
            return KubernetesError(.invalid, subject: "a", message: "is invalid", causes: [field], status: 422)
        }
        var inventory = Inventory()
        let outcomes = try await site.sync([job], inventory: &inventory)
        guard case .failed(let reason) = outcomes.first?.result else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(reason.string.contains("is not this application's, and spec.template cannot be changed"))
        #expect(cluster.object(address) == before)
        #expect(!cluster.calls.contains { $0.verb == "delete" })
    }
}
