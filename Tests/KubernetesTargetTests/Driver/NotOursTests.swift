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

    @Test func `what is declared under another name by now stays, also where its UID was never answered`() async throws
    {
        var site = ClusterSite(cluster, namespace: "default")
        let limits = KubernetesLimits(
            namespaces: ["default"], clusterKinds: ["ClusterRole"], identity: .user(ClusterSite.user))
        site.unit = UnitContext(unit: site.unit.unit, project: site.unit.project, limits: .kubernetes(limits))
        let old = try site.object(
            "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: reader}, rules: []}")
        var new = old
        new.id.namespace = ""
        var inventory = Inventory()
        try await site.sync([old], inventory: &inventory)
        let resource = try await site.address(old).resource
        let address = ObjectAddress(resource, namespace: "", name: "reader")
        let before = try #require(cluster.object(address))
        inventory.entries[old.id] = Inventory.Entry(uid: "", applied: nil, wave: 0)
        let outcomes = try await site.sync([new], inventory: &inventory)
        #expect(outcomes.map(\.action) == [.update, .delete])
        #expect(cluster.object(address) == before)
        #expect(Array(inventory.entries.keys) == [new.id])
        // What is declared no more goes all the same.
        inventory.entries[new.id] = Inventory.Entry(uid: "", applied: nil, wave: 0)
        try await site.sync([], inventory: &inventory)
        #expect(cluster.object(address) == nil)
    }
}
