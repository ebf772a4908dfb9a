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

/// What the whole loop asks of a real server, counted where the requests leave.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct RequestClusterTests {
    /// Applications of four objects each, run by the engine that also runs in production.
    private struct Loop {
        let site: ClusterSite
        let client: KubernetesClient
        let content = MemoryContent()
        let engine: Engine

        init(_ site: ClusterSite) throws {
            self.site = site
            client = try #require(site.cluster as? KubernetesClient)
            engine = Engine(
                drivers: [name("host"): site.target], content: content, recorder: MemoryRecorder(), clocks: .system,
                records: [:])
        }

        func managed(_ application: String) throws -> ManagedUnit {
            let context = ClusterSite.context(application, site.namespace)
            let objects = [
                try site.object(
                    ClusterSite.deployment(replicas: 0).replacing("{name: web}", with: "{name: \(application)}")),
                try site.object(
                    "{apiVersion: v1, kind: Service, metadata: {name: \(application)}, spec: {ports: [{port: 80}]}}"),
                try site.object("{apiVersion: v1, kind: ServiceAccount, metadata: {name: \(application)}}"),
                try site.object(
                    """
                    apiVersion: networking.k8s.io/v1
                    kind: Ingress
                    metadata: {name: \(application)}
                    spec: {defaultBackend: {service: {name: \(application), port: {number: 80}}}}
                    """),
            ]
            return ManagedUnit(
                context: context, policy: SyncPolicy(), newest: content.commit(objects, of: context.unit))
        }

        func waitUntilWell() async throws {
            while true {
                let snapshots = await engine.snapshots()
                if snapshots.allSatisfy({ $0.state == .inSync && $0.record.health.health == .healthy }) { return }
                if let failed = snapshots.first(where: { $0.state == .failed || $0.state == .blocked }) {
                    throw ContentError("\(failed.managed.unit): \(failed.reason)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        /// Until nobody asks for anything any more.
        func waitUntilQuiet() async throws {
            var before = -1
            while before != client.counters.total {
                before = client.counters.total
                try await Task.sleep(for: .seconds(2))
            }
        }
    }

    @Test func `a new application costs its applies and one request more, one at rest nothing`() async throws {
        try await ClusterSite.real { site in
            let loop = try Loop(site)
            let names = (0..<20).map { "app-\($0)" }
            let first = try loop.managed("first")
            let others = try names.map { try loop.managed($0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await loop.engine.run() }
                await loop.engine.install([first])
                try await loop.waitUntilWell()
                try await loop.waitUntilQuiet()
                let before = loop.client.counters.all
                await loop.engine.install([first] + others)
                try await loop.waitUntilWell()
                try await loop.waitUntilQuiet()
                let spent = loop.client.counters.all.mapCounts { $0 - (before[$1] ?? 0) }
                #expect(spent["PATCH"] == 4 * names.count && spent["POST"] == names.count, "\(spent)")
                #expect(spent.values.reduce(0, +) <= 5 * names.count + 10, "\(spent)")

                let rest = loop.client.counters.total
                await loop.engine.requestAndWait(
                    await loop.engine.snapshots().map(\.managed.unit),
                    Job(urgency: .audit, scope: .whole(.content)))
                // One list may tell that the inventories are there.
                #expect(loop.client.counters.total <= rest + 1)
                group.cancelAll()
            }
        }
    }

    @Test func `what is taken to be absent and is there is looked at before anything is done to it`() async throws {
        try await ClusterSite.real { site in
            let (ours, theirs, plain) = (site.configMap("o", "1"), site.configMap("t", "1"), site.configMap("p", "1"))
            // Old servers make these in a way of their own.
            let service = try site.object(
                "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80, protocol: TCP}]}}")
            try await site.apply(ours)
            let other = ClusterSite.context("other", site.namespace)
            for object in [theirs, service] {
                _ = try await site.cluster.apply(
                    Claim.mark(object.manifest, as: other.unit), at: try await site.address(object),
                    WriteOptions(manager: KubernetesTarget.manager))
            }
            _ = try await site.cluster.create(
                plain.manifest, at: try await site.address(plain), WriteOptions(manager: "kubectl-create"))
            // Another process, which has observed nothing.
            let fresh = ClusterSite(site.cluster, namespace: site.namespace)
            let objects = [ours, theirs, plain, service]
            let presumed = try await fresh.target.compare(
                objects, within: objects, of: fresh.unit, depth: .presumed, contents: MemoryTree())
            #expect(presumed.count == objects.count && presumed.values.allSatisfy { $0 == .absent })
            let items = objects.map { object in
                WaveOrder.Item(change: Change(object: object.id, action: .create, wave: 0), desired: object)
            }
            let outcomes = try await fresh.target.carryOut(
                WaveOrder(number: 0, items: items, context: objects, contents: MemoryTree()), of: fresh.unit)
            #expect(outcomes[0].result == .unchanged)
            #expect(outcomes[1].result == .failed(reason: "belongs to \(other.unit)"))
            #expect(outcomes[2].result == .done)
            #expect(outcomes[3].result == .failed(reason: "belongs to \(other.unit)"))
            for object in [theirs, service] {
                #expect(Claim.holder(of: try await site.live(object)) == .unit(other.unit))
            }
        }
    }
}

extension [Text: Int] {
    fileprivate func mapCounts(_ body: (Int, Text) -> Int) -> [Text: Int] {
        Dictionary(uniqueKeysWithValues: map { ($0.key, body($0.value, $0.key)) })
    }
}
