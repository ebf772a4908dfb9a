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

/// A daemon on a cluster in memory, started again and again with what it has left: counted by what it asks.
struct DaemonSite: Sendable {
    let cluster = MemoryCluster()
    let observations = MemoryObservations()
    let content = MemoryContent()
    let recorder = MemoryRecorder()

    /// Units of four objects each, all in one namespace.
    func units(_ count: Int) throws -> [ManagedUnit] {
        let site = ClusterSite(cluster, namespace: "default")
        return try (0..<count).map { index in
            let context = ClusterSite.context("app-\(index)", "default")
            let deployment = ClusterSite.deployment(replicas: 0).replacing("{name: web}", with: "{name: app-\(index)}")
            let objects = [
                site.configMap(Text("app-\(index)"), "1"), site.configMap(Text("more-\(index)"), "1"),
                try site.object(deployment),
                try site.object("{apiVersion: v1, kind: Secret, metadata: {name: app-\(index)}, data: {a: YQ==}}"),
            ]
            return ManagedUnit(
                context: context, policy: SyncPolicy(), newest: content.commit(objects, of: context.unit))
        }
    }

    /// One life of a daemon: until all units are in sync and nobody asks for anything any more.
    ///
    /// - Returns: the calls of it.
    @discardableResult
    func live(
        _ units: [ManagedUnit], _ body: (Engine, KubernetesTarget) async throws -> Void = { _, _ in }
    ) async throws -> [MemoryCluster.Call] {
        let before = cluster.calls.count
        let target = KubernetesTarget(cluster: cluster, observations: observations)
        let engine = engine(target)
        await engine.install(units)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            try await settle(engine, units)
            try await body(engine, target)
            group.cancelAll()
        }
        return Array(cluster.calls.dropFirst(before))
    }

    /// The engine of a process that begins with what those before it have recorded.
    func engine(_ target: KubernetesTarget) -> Engine {
        var records: [UnitID: UnitRecord] = [:]
        for event in recorder.recorded {
            if let unit = event.unit { records[unit, default: UnitRecord()].apply(event) }
        }
        return Engine(
            drivers: [name("host"): target], content: content, recorder: recorder, clocks: .system,
            records: records.mapValues(Apart.init))
    }

    private func settle(_ engine: Engine, _ units: [ManagedUnit]) async throws {
        var calls = -1
        while true {
            let snapshots = await engine.snapshots()
            let load = await engine.load()
            let isIdle = load.due == 0 && load.running == 0 && snapshots.allSatisfy { $0.state == .inSync }
            if isIdle, snapshots.count == units.count, calls == cluster.calls.count { return }
            calls = cluster.calls.count
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
