// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import KubernetesTarget

/// Custom resources of the newest server, driven through a control plane of the oldest, which hands on what is asked of
/// them.
@Suite(.enabled(if: NewestServer.isThere, Comment(rawValue: NewestServer.hint)), .timeLimit(.minutes(5)))
struct DriverNewestTests {
    private static let schema: Value = [
        "type": "object",
        "properties": [
            "spec": [
                "type": "object",
                "properties": [
                    "least": ["type": "integer"], "most": ["type": "integer"],
                    "unit": ["type": "string", "default": "m"],
                    "marks": [
                        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                        "items": [
                            "type": "object", "required": ["name"],
                            "properties": ["name": ["type": "string"], "at": ["type": "integer"]],
                        ],
                    ],
                ],
                "x-kubernetes-validations": [
                    ["rule": "self.least <= self.most", "message": "least may not be above most"]
                ],
            ]
        ],
    ]

    private func with(_ body: (ClusterSite, _ gauge: (String, String) throws -> DesiredObject) async throws -> Void)
        async throws
    {
        try await NewestServer.withNamespace { newest, oldest, namespace in
            let group: Text = "\(namespace).example.org"
            try await NewestServer.defining("Gauge", in: group, schema: Self.schema, newest) { resource in
                try await TestCluster.admit(ClusterSite.user, to: namespace, oldest)
                let rule: Value = ["apiGroups": [.string(group)], "resources": ["gauges"], "verbs": ["*"]]
                try await RoleGrant("gauges", .rules([rule]), to: .user(ClusterSite.user), in: namespace).make(oldest)
                let service = try await TestCluster.aggregate(
                    group, servedOn: try await NewestServer.port(), oldest, in: namespace)
                let result: Result<Void, any Error>
                do {
                    _ = try await TestCluster.wait(for: "Gauge", in: group, oldest)
                    try await TestCluster.wait(
                        until: oldest.acting(as: Impersonation(user: ClusterSite.user)),
                        may: AccessQuestion("patch", resource, namespace: namespace))
                    let site = ClusterSite(oldest, namespace: namespace)
                    result = .success(
                        try await body(site) { name, spec in
                            try site.object(
                                "{apiVersion: \(group)/v1, kind: Gauge, metadata: {name: \(name)}, spec: \(spec)}")
                        })
                } catch {
                    result = .failure(error)
                }
                _ = try? await oldest.delete(service, DeleteOptions())
                try result.get()
            }
        }
    }

    @Test func `what is declared is applied, compared, healed, rolled back and pruned`() async throws {
        try await with { site, gauge in
            var inventory = Inventory()
            let one = try gauge("a", "{least: 1, most: 2, marks: [{name: x, at: 1}]}")
            #expect(try await site.sync([one], inventory: &inventory).map(\.result) == [.done])
            // The default that the server put in is silent.
            #expect(try await site.live(one)["spec"]?["unit"] == "m")
            #expect(try await site.compare(one) == .same)
            #expect(try await site.sync([one], inventory: &inventory).isEmpty)

            try await site.edit(one, ["spec": ["most": 7]])
            let seen = try await site.compare(one)
            #expect(seen.fields == ["spec.most"])
            #expect(seen.cause?.string.hasPrefix("kubectl-edit") == true, "\(seen)")
            try await site.apply(one)
            #expect(try await site.live(one)["spec"]?["most"] == 2)

            let two = try gauge("a", "{least: 0, most: 2}")
            #expect(try await site.sync([two], inventory: &inventory).map(\.result) == [.done])
            let live = try await site.live(two)
            #expect(live["spec"]?["least"] == 0)
            #expect(live["spec"]?["marks"]?.arrayValue?.isEmpty ?? true, "\(live)")
            #expect(try await site.sync([one], inventory: &inventory).map(\.result) == [.done])
            // Another process finds what this one has left.
            #expect(try await ClusterSite(site.cluster, namespace: site.namespace).compare(one) == .same)

            #expect(try await site.sync([], inventory: &inventory).map(\.result) == [.done])
            await #expect(throws: KubernetesError.self) { try await site.live(one) }
        }
    }

    @Test func `an object that a rule of its kind refuses fails by that rule's words, and alone`() async throws {
        try await with { site, gauge in
            var inventory = Inventory()
            let (good, bad) = (try gauge("good", "{least: 1, most: 2}"), try gauge("bad", "{least: 3, most: 2}"))
            let outcomes = try await site.sync([bad, good], inventory: &inventory)
            #expect(outcomes.first { $0.object == good.id }?.result == .done)
            guard case .failed(let reason)? = outcomes.first(where: { $0.object == bad.id })?.result else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(
                reason.string.contains("least may not be above most") && reason.string.contains("spec"), "\(reason)")
            // Nothing of it is made by asking.
            let rehearsed = try await site.target.rehearse([bad], within: [], of: site.unit)
            #expect(rehearsed.map(\.object) == [bad.id])
            #expect(rehearsed.first?.reason.string.contains("least may not be above most") == true)
            await #expect(throws: KubernetesError.self) { try await site.live(bad) }
        }
    }

    @Test func `a foreign write is told by the watch, and what was applied is not read for it`() async throws {
        try await with { site, gauge in
            let one = try gauge("a", "{least: 1, most: 2}")
            let (told, continuation) = AsyncStream.makeStream(of: ObjectID.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await site.target.watch(
                        WatchSink { _, objects in for object in objects { continuation.yield(object) } })
                }
                try await site.apply(one)
                try await site.target.setWatched([one], of: site.unit)
                while site.target.desk.state.withLock({ state in state.feeds.values.contains { !$0.isLive } }) {
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(try await site.compare(one) == .same)
                try await site.edit(one, ["spec": ["most": 7]])
                var iterator = told.makeAsyncIterator()
                while try await site.compare(one) == .same { #expect(await iterator.next() == one.id) }
                #expect(try await site.compare(one).fields == ["spec.most"])
                group.cancelAll()
            }
        }
    }
}
