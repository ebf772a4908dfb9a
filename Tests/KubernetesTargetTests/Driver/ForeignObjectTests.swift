// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import KubernetesTarget

/// What others have in the same namespace costs nothing: neither is it sent, nor is anything kept of it.
@Suite(.timeLimit(.minutes(2))) struct ForeignObjectTests {
    /// What a life of a daemon took.
    private struct Cost: Equatable {
        var calls: [Text: Int]
        /// Objects that lists and watches sent.
        var sent: Int
        /// Objects of which anything is kept.
        var kept: Int
    }

    private func make(_ count: Int, in site: DaemonSite, _ content: Text = "1") async throws {
        for index in 0..<count {
            for (resource, kind) in [("configmaps", "ConfigMap"), ("secrets", "Secret")] as [(Text, Text)] {
                let type = ResourceType(group: "", version: "v1", name: resource, kind: kind, isNamespaced: true)
                let name = Text("foreign-\(index)")
                try await site.cluster.apply(
                    ["apiVersion": "v1", "kind": .string(kind), "data": ["content": .string(content)]],
                    at: ObjectAddress(type, namespace: "default", name: name), WriteOptions(manager: "somebody"))
            }
        }
    }

    private func cost(_ foreign: Int) async throws -> Cost {
        let site = DaemonSite()
        try await make(foreign, in: site)
        let units = try site.units(10)
        try await site.live(units)
        let before = site.cluster.sent
        var kept = 0
        let calls = try await site.live(units) { _, target in
            // While it watches, others go on working.
            try await make(foreign, in: site, "2")
            kept = target.desk.state.withLock { $0.entries.count + $0.unmet.count + $0.extended.count }
        }
        let own = calls.filter { $0.identity != nil }
        return Cost(
            calls: Dictionary(own.map { ("\($0.verb) \($0.resource.name)", 1) }, uniquingKeysWith: +),
            sent: site.cluster.sent - before, kept: kept)
    }

    @Test func `with very many of them as with none`() async throws {
        let alone = try await cost(0)
        #expect(alone.kept == 40 && alone.sent == 40)
        #expect(try await cost(500) == alone)
    }
}
