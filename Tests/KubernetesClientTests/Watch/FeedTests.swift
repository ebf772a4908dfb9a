// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import TestSupport
import Testing

/// The feed over the twin: what the machine decides is done, and nothing is lost.
@Suite(.timeLimit(.minutes(2))) struct FeedTests {
    private let cluster = MemoryCluster()
    private let maps = ResourceType(group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true)
    private let options = WriteOptions(manager: "test")

    private func address(_ name: Text) -> ObjectAddress { ObjectAddress(maps, namespace: "default", name: name) }

    private func create(_ names: Text...) async throws {
        for name in names {
            try await cluster.create(ClusterConformance.configMap(name, [:]), at: address(name), options)
        }
    }

    private var feed: Feed { Feed(cluster, Query(Collection(maps, namespace: "default"))) }

    @Test func `what is there is told, then what changes`() async throws {
        try await create("a", "b")
        try await FeedAccount.following(feed) { account in
            #expect(await account.becomes { $0.isComplete && $0.objects.count == 2 })
            try await create("c")
            try await cluster.delete(address("a"), DeleteOptions())
            #expect(await account.becomes { Set($0.objects.keys) == ["default/b", "default/c"] })
            #expect(account.now.lists == 1)
        }
    }

    @Test func `a watch that ends is taken up where it ended`() async throws {
        try await FeedAccount.following(feed) { account in
            #expect(await account.becomes { $0.isComplete })
            for name: Text in ["a", "b", "c", "d"] {
                cluster.cutWatches()
                try await create(name)
                #expect(await account.becomes { $0.objects.keys.contains(Text("default/\(name)")) })
            }
            #expect(account.now.lists == 1)
            #expect(account.now.failures == [])
        }
    }

    @Test func `what happened beyond the server's memory is found by a new list`() async throws {
        try await create("a", "b")
        try await FeedAccount.following(feed) { account in
            #expect(await account.becomes { $0.isComplete })
            cluster.fail { $0.verb == "watch" ? KubernetesError(.unavailable, subject: "", message: "down") : nil }
            cluster.cutWatches()
            #expect(await account.becomes { $0.isFailing })
            try await cluster.delete(address("a"), DeleteOptions())
            try await create("c")
            cluster.compact()
            cluster.work()
            #expect(await account.becomes { Set($0.objects.keys) == ["default/b", "default/c"] && !$0.isFailing })
            #expect(account.now.lists == 2)
        }
    }

    @Test func `a right that is withdrawn is told, and its return, too`() async throws {
        try await FeedAccount.following(feed) { account in
            #expect(await account.becomes { $0.isComplete })
            cluster.fail { _ in KubernetesError(.forbidden, subject: "", message: "no") }
            cluster.cutWatches()
            #expect(await account.becomes { $0.isFailing && $0.failures.last == .forbidden })
            cluster.work()
            #expect(await account.becomes { !$0.isFailing })
            #expect(account.now.lists == 1)
        }
    }

    @Test func `metadata alone is followed alike`() async throws {
        let feed = Feed(cluster, Query(Collection(maps, namespace: "default"), form: .metadata))
        try await create("a")
        try await FeedAccount.following(feed) { account in
            #expect(await account.becomes { $0.objects.count == 1 })
            try await create("b")
            #expect(await account.becomes { $0.objects.count == 2 })
            #expect(account.now.objects.values.allSatisfy { $0["data"] == nil && $0["kind"] == "ConfigMap" })
        }
    }
}
