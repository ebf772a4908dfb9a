// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import KubernetesClient
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import KubernetesTarget

/// Objects that somebody writes between our look and our write.
@Suite(.timeLimit(.minutes(2))) struct MeanwhileTests {
    private let cluster = MemoryCluster()
    private var site: ClusterSite { ClusterSite(cluster, namespace: "default", rules: DriftRules(additions: .remove)) }

    /// Has the next writes find another version than the one that was looked at.
    private func interfere(_ times: Int) {
        let left = Mutex(times)
        cluster.fail { call in
            guard call.verb == "patch", !call.isDryRun else { return nil }
            return left.withLock { left in
                guard left > 0 else { return nil }
                left -= 1
                return KubernetesError(.conflict, subject: "a", message: "it was changed meanwhile", status: 422)
            }
        }
    }

    private func extended() async throws -> (ClusterSite, DesiredObject) {
        let site = site
        let object = site.configMap("a", "1")
        try await site.apply(object)
        try await site.edit(object, ["data": ["more": "2"]])
        cluster.forgetCalls()
        return (site, object)
    }

    @Test func `what others added is taken out all the same, after another look for each time`() async throws {
        let (site, object) = try await extended()
        interfere(Written.attempts - 1)
        try await site.apply(object)
        #expect(try await site.live(object)["data"] == ["content": "1"])
        let patches = cluster.calls.count { $0.verb == "patch" && $0.resource.kind == "ConfigMap" && !$0.isDryRun }
        // One for each time somebody was faster; the last takes it out, and an apply follows.
        #expect(patches == Written.attempts + 1)
    }

    @Test func `what does not fit a kind that the unit itself defines is applied again`() async throws {
        let site = site
        let misfit = KubernetesError(.invalid, subject: "a", message: "field not declared in schema", status: 500)
        let left = Mutex(3)
        cluster.fail { call in
            guard call.verb == "patch", call.resource.kind == "ConfigMap" else { return nil }
            return left.withLock { left in
                left -= 1
                return left >= 0 ? misfit : nil
            }
        }
        let object = site.configMap("a", "1")
        let address = try await site.address(object)
        func answer(_ context: [DesiredObject]) async -> Result<Int, KubernetesError> {
            do throws(KubernetesError) {
                return .success(
                    try await Defined.lately(object, by: context) { () throws(KubernetesError) in
                        try await cluster.apply(object.manifest, at: address, WriteOptions(manager: "a"))
                        return cluster.calls.count { $0.verb == "patch" }
                    })
            } catch {
                return .failure(error)
            }
        }
        #expect(await answer([]) == .failure(misfit), "told at once")
        let definition = try site.object(
            """
            {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: configmaps},
             spec: {group: "", scope: Namespaced, names: {kind: ConfigMap}}}
            """)
        #expect(await answer([definition]) == .success(4))
    }

    @Test func `who writes without end is not fought without end`() async throws {
        let (site, object) = try await extended()
        interfere(.max)
        var inventory = Inventory()
        let outcomes = try await site.sync([object], inventory: &inventory)
        guard case .failed(let reason) = outcomes.first?.result else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(reason.string.contains("changed meanwhile"))
        let patches = cluster.calls.count { $0.verb == "patch" && $0.resource.kind == "ConfigMap" && !$0.isDryRun }
        #expect(patches == Written.attempts)
    }
}
