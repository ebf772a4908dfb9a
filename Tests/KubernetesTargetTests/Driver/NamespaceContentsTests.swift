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

/// A namespace goes only where all that it holds is known.
@Suite(.timeLimit(.minutes(2))) struct NamespaceContentsTests {
    private static let job = GroupVersionKind(group: "batch", version: "v1", kind: "Job")
    private static let notServed = KubernetesError(
        .notServed, subject: "jobs.batch", message: "the server answered with status 404: 404 page not found")

    private let cluster = MemoryCluster()

    /// What comes of it when the unit declares its namespace no more.
    private func remove() async throws -> Outcome.Result? {
        var site = ClusterSite(cluster, namespace: "default")
        site.unit.limits = .kubernetes(
            KubernetesLimits(
                namespaces: ["default", "inner"], clusterKinds: ["Namespace"], identity: .user(ClusterSite.user)))
        var place = try site.object("{apiVersion: v1, kind: Namespace, metadata: {name: inner}}")
        place.id.namespace = ""
        place.manifest = place.manifest.settingMetadata("namespace", nil)
        var inventory = Inventory()
        try await site.sync([place], inventory: &inventory)
        return try await site.sync([], inventory: &inventory).first?.result
    }

    @Test func `one of which each kind is listed`() async throws {
        #expect(try await remove() == .done)
    }

    @Test func `a kind that goes while the namespace is looked at does not hold it`() async throws {
        cluster.fail { [cluster] call in
            guard call.verb == "list", call.resource.kind == "Job" else { return nil }
            cluster.withdraw(Self.job)
            return Self.notServed
        }
        #expect(try await remove() == .done)
    }

    @Test func `a kind that the server speaks of and does not list holds it`() async throws {
        cluster.fail { $0.verb == "list" && $0.resource.kind == "Job" ? Self.notServed : nil }
        guard case .failed(let reason) = try await remove() else {
            Issue.record("it is not refused")
            return
        }
        #expect(reason.string.hasPrefix("its jobs.batch cannot be listed"))
    }

    @Test func `a kind that goes while the rest of its group does not answer holds it`() async throws {
        cluster.fail { [cluster] call in
            guard call.verb == "list", call.resource.kind == "Job" else { return nil }
            cluster.withdraw(Self.job)
            cluster.setUnavailable(GroupVersion(group: "batch", version: "v1"), "no backend")
            return Self.notServed
        }
        guard case .failed = try await remove() else {
            Issue.record("it is not refused")
            return
        }
    }
}
