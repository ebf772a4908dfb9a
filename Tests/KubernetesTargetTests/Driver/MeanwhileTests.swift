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
