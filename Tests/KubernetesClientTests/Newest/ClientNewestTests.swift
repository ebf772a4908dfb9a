// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import TestSupport
import Testing

/// What servers have learnt since 1.20, and that the rest is as it was.
@Suite(.enabled(if: NewestServer.isThere, Comment(rawValue: NewestServer.hint)), .timeLimit(.minutes(5)))
struct ClientNewestTests {
    private static let maps: Value = [
        "type": "object",
        "properties": ["data": ["type": "object", "additionalProperties": ["type": "string"]]],
    ]

    private static let gauge: Value = [
        "type": "object",
        "properties": [
            "spec": [
                "type": "object",
                "properties": ["least": ["type": "integer"], "most": ["type": "integer"]],
                "x-kubernetes-validations": [
                    ["rule": "self.least <= self.most", "message": "least may not be above most"]
                ],
            ]
        ],
    ]

    // Of a kind that is new, a server knows what happened from a moment on that may be later than its first list: what
    // watches from there is told that it expired. A feed lists anew then.
    @Test(arguments: ClusterConformance.items.filter { $0.isOfMaps && !$0.description.hasPrefix("a watch") })
    func `the newest server behaves as the oldest does`(item: ClusterConformance.Item) async throws {
        try await NewestServer.withNamespace { newest, _, namespace in
            let group: Text = "\(namespace).example.org"
            try await NewestServer.defining("ConfigMap", in: group, schema: Self.maps, newest) { _ in
                try await ClusterConformance.$apiVersion.withValue("\(group)/v1") {
                    try await item.check(newest, namespace)
                }
            }
        }
    }

    @Test func `it tells in one answer what it serves`() async throws {
        try await TestCluster.withClient(try await NewestServer.connection()) { newest in
            let version = try await newest.version()
            let minor = try #require(version.string.split(separator: ".").dropFirst().first.flatMap { Int($0) })
            #expect(minor >= 30, "\(version)")
            let before = newest.counters.total
            let discovery = try await newest.discovery(.refreshed)
            #expect(discovery.isComplete)
            #expect(
                discovery.preferred(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition")?.subresources
                    == ["status"])
            #expect(newest.counters.total - before <= 2, "/api and /apis")
        }
    }

    @Test func `what a rule of the kind refuses is invalid, and says in which field and why`() async throws {
        try await withGauges { newest, address in
            let error = await failure {
                try await newest.apply(gauge(3, 2, address), at: address, WriteOptions(manager: "one"))
            }
            #expect(error?.code == .invalid)
            #expect(error?.causes.map(\.field) == ["spec"], "\(String(describing: error))")
            #expect(error?.causes.first?.message.string.contains("least may not be above most") == true)
            try await newest.apply(gauge(1, 2, address), at: address, WriteOptions(manager: "one"))
            let patched = await failure {
                try await newest.patch(
                    address, with: .merge(["spec": ["least": 9]]), WriteOptions(manager: "two"))
            }
            #expect(patched?.code == .invalid)
        }
    }

    @Test func `a field that the kind does not have is invalid at once, and named`() async throws {
        try await withGauges { newest, address in
            let wrong: Value = [
                "apiVersion": .string(Text("\(address.resource.groupVersion)")), "kind": "Gauge",
                "metadata": ["name": "g"], "spec": ["least": 1, "mots": 2],
            ]
            let before = newest.counters.total
            let error = await failure {
                try await newest.apply(wrong, at: address, WriteOptions(manager: "one"))
            }
            #expect(error?.code == .invalid && error?.isTransient == false, "\(String(describing: error))")
            #expect(error?.causes.map(\.field) == ["spec.mots"], "\(String(describing: error))")
            #expect(newest.counters.total == before + 1)
        }
    }

    @Test func `the first list of a kind that was just defined costs one more at the most`() async throws {
        try await withGauges { newest, address in
            let feed = Feed(newest, Query(Collection(address.resource, namespace: address.namespace)))
            try await FeedAccount.following(feed) { account in
                #expect(await account.becomes { $0.isComplete })
                try await newest.apply(gauge(1, 2, address), at: address, WriteOptions(manager: "one"))
                #expect(await account.becomes { $0.objects.count == 1 })
                #expect(account.now.lists <= 2 && account.now.failures == [], "\(account.now)")
            }
        }
    }

    @Test func `a feed lists, and tells what happens from then on`() async throws {
        try await withGauges { newest, address in
            try await newest.apply(gauge(1, 2, address), at: address, WriteOptions(manager: "one"))
            let feed = Feed(newest, Query(Collection(address.resource, namespace: address.namespace)))
            let (events, continuation) = AsyncStream.makeStream(of: String.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await feed.run { if let words = Self.words($0) { continuation.yield(words) } } }
                var iterator = events.makeAsyncIterator()
                #expect(await iterator.next() == "item 2")
                #expect(await iterator.next() == "complete")
                try await newest.patch(address, with: .merge(["spec": ["most": 5]]), WriteOptions(manager: "two"))
                #expect(await iterator.next() == "modified 5")
                try await newest.delete(address, DeleteOptions())
                #expect(await iterator.next() == "deleted 5")
                group.cancelAll()
            }
        }
    }

    private static func words(_ event: FeedEvent) -> String? {
        func most(_ object: Value) -> String { object["spec"]?["most"]?.intValue.map { "\($0)" } ?? "-" }
        switch event {
        case .item(let object): return "item \(most(object))"
        case .added(let object): return "added \(most(object))"
        case .modified(let object): return "modified \(most(object))"
        case .deleted(let object): return "deleted \(most(object))"
        case .complete: return "complete"
        case .failing(let error): return "failing \(error)"
        case .began, .recovered: return nil
        }
    }

    private func gauge(_ least: Int64, _ most: Int64, _ address: ObjectAddress) -> Value {
        [
            "apiVersion": .string(Text("\(address.resource.groupVersion)")), "kind": "Gauge", "metadata": ["name": "g"],
            "spec": ["least": .number(Number(least)), "most": .number(Number(most))],
        ]
    }

    private func withGauges(_ body: (KubernetesClient, ObjectAddress) async throws -> Void) async throws {
        try await NewestServer.withNamespace { newest, _, namespace in
            let group: Text = "\(namespace).example.org"
            try await NewestServer.defining("Gauge", in: group, schema: Self.gauge, newest) { resource in
                try await body(newest, ObjectAddress(resource, namespace: namespace, name: "g"))
            }
        }
    }

    private func failure<Result: Sendable>(_ body: () async throws -> Result) async -> KubernetesError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? KubernetesError
        }
    }
}
