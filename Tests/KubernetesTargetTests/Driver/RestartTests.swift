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

/// A daemon that is started again, counted by what it asks of the cluster.
@Suite(.timeLimit(.minutes(2))) struct RestartTests {
    private let site = DaemonSite()

    private func count(_ calls: [MemoryCluster.Call]) -> [Text: Int] {
        Dictionary(calls.map { ("\($0.verb) \($0.resource.name)", 1) }, uniquingKeysWith: +)
    }

    @Test func `what is made is looked at once, since it is watched from before that on`() async throws {
        try await site.live(try site.units(10))
        #expect(site.content.renders == 10)
    }

    @Test func `nothing has changed: one list of each kind, and nothing else`() async throws {
        let units = try site.units(40)
        try await site.live(units)
        let events = site.recorder.recorded.count
        let calls = count(try await site.live(units))
        #expect(
            calls == [
                "list configmaps": 1, "list deployments": 1, "list secrets": 1, "watch configmaps": 1,
                "watch deployments": 1, "watch secrets": 1,
            ])
        #expect(site.recorder.recorded.count == events)
    }

    @Test func `what changed while nobody looked is read, and put back`() async throws {
        let units = try site.units(10)
        try await site.live(units)
        let maps = InventoryBooks.resource
        let (edited, gone) = (
            ObjectAddress(maps, namespace: "default", name: "app-3"),
            ObjectAddress(maps, namespace: "default", name: "app-4")
        )
        let secret = ObjectAddress(
            ResourceType(group: "", version: "v1", name: "secrets", kind: "Secret", isNamespaced: true),
            namespace: "default", name: "app-5")
        let changes: [(ObjectAddress, Value)] = [
            (edited, ["data": ["content": "9"]]), (secret, ["data": ["a": "Yg=="]]),
        ]
        for (address, change) in changes {
            _ = try await site.cluster.patch(address, with: .merge(change), WriteOptions(manager: "somebody"))
        }
        _ = try await site.cluster.delete(gone, DeleteOptions())
        let calls = try await site.live(units)
        #expect(try await site.cluster.get(edited)["data"]?["content"] == "1")
        #expect(try await site.cluster.get(gone)["data"]?["content"] == "1")
        #expect(try await site.cluster.get(secret)["data"]?["a"] == "YQ==")
        let read = Set(calls.filter { $0.verb == "get" && !$0.name.string.hasPrefix("trimtab-") }.map(\.name))
        #expect(read == ["app-3", "app-4", "app-5"])
        #expect(count(calls)["list configmaps", default: 0] <= 2, "the second tells of inventories")
    }

    @Test func `what others had put in is told once, also over a restart`() async throws {
        let units = try site.units(2)
        let map = ObjectAddress(InventoryBooks.resource, namespace: "default", name: "app-1")
        try await site.live(units) { engine, _ in
            _ = try await site.cluster.patch(
                map, with: .merge(["data": ["theirs": "x"]]), WriteOptions(manager: "somebody"))
            while await engine.snapshots().allSatisfy({ $0.record.additions == nil }) {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let told = site.recorder.recorded.count { $0.kind == .additionsSeen }
        let calls = try await site.live(units)
        #expect(site.recorder.recorded.count { $0.kind == .additionsSeen } == told)
        #expect(calls.contains { $0.verb == "get" && $0.name == "app-1" })
    }

    @Test func `the watch goes on from there`() async throws {
        let units = try site.units(3)
        try await site.live(units)
        let map = ObjectAddress(InventoryBooks.resource, namespace: "default", name: "app-1")
        try await site.live(units) { _, _ in
            _ = try await site.cluster.patch(
                map, with: .merge(["data": ["content": "9"]]), WriteOptions(manager: "somebody"))
            while try await site.cluster.get(map)["data"]?["content"] != "1" {
                try await Task.sleep(for: .milliseconds(20))
            }
            _ = try await site.cluster.delete(map, DeleteOptions())
            while (try? await site.cluster.get(map)) == nil { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    @Test func `a cluster whose watch does not begin is read instead`() async throws {
        let units = try site.units(2)
        try await site.live(units)
        site.cluster.fail { call in
            guard call.verb == "list", call.resource.name == "deployments" else { return nil }
            return KubernetesError(.forbidden, subject: "deployments", message: "cannot list", status: 403)
        }
        let calls = count(try await site.live(units))
        #expect(calls["get deployments", default: 0] >= 2)
        #expect(calls["get configmaps", default: 0] == 0)
    }
}
