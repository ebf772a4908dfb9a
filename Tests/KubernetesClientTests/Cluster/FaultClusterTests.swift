// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import KubernetesClient
import Manifest
import Synchronization
import TestSupport
import Testing

/// What becomes of feeds and calls when a real server is killed, or no longer takes who we are.
@Suite(
    .enabled(if: ControlPlane.isPossible, Comment(rawValue: ControlPlane.hint)), .serialized, .timeLimit(.minutes(10)))
struct FaultClusterTests {
    private let options = WriteOptions(manager: "trimtab-tests")

    private func map(_ client: KubernetesClient, _ name: Text, in namespace: Text = "default") async throws
        -> ObjectAddress
    {
        let resource = try await client.resource(of: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"))
        return ObjectAddress(resource, namespace: namespace, name: name)
    }

    @Test func `a feed survives a server that is killed and started again`() async throws {
        try await ControlPlane.with { plane in
            try await TestCluster.withClient(try await plane.connection()) { client in
                let first = try await map(client, "first")
                try await client.apply(ClusterConformance.configMap("first", ["k": "1"]), at: first, options)
                let feed = Feed(client, Query(first.collection))
                try await FeedAccount.following(feed) { account in
                    #expect(await account.becomes { $0.objects["default/first"] != nil })
                    try await plane.kill(.server)
                    #expect(await account.becomes { $0.isFailing })
                    try await plane.start()
                    // The first call meets connections that broke while nobody looked.
                    let second = try await map(client, "second")
                    try await client.apply(ClusterConformance.configMap("second", ["k": "1"]), at: second, options)
                    try await client.delete(first, DeleteOptions())
                    #expect(
                        await account.becomes { state in
                            state.objects["default/second"] != nil && state.objects["default/first"] == nil
                                && !state.isFailing
                        })
                    let others = account.now.failures.filter { ![.unreachable, .unavailable, .timedOut].contains($0) }
                    #expect(others.isEmpty, "\(others)")
                }
            }
        }
    }

    @Test func `calls that change nothing twice go through while the store is killed and started again`() async throws {
        try await ControlPlane.with { plane in
            try await TestCluster.withClient(try await plane.connection()) { client in
                let collection = try await map(client, "x").collection
                let options = options
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<8 {
                        group.addTask {
                            for index in 0..<25 {
                                let name = Text("m-\(worker)-\(index)")
                                let address = ObjectAddress(collection.resource, namespace: "default", name: name)
                                try await client.apply(
                                    ClusterConformance.configMap(name, ["k": "1"]), at: address, options)
                            }
                        }
                    }
                    try await plane.kill(.etcd)
                    try await plane.start()
                    try await group.waitForAll()
                }
                var count = 0
                _ = try await client.list(Query(collection)) { (object) async throws(KubernetesError) in
                    if object.objectName?.string.hasPrefix("m-") == true { count += 1 }
                }
                #expect(count == 200)
            }
        }
    }

    @Test func `a certificate that has expired is refused, and its successor taken up from the file`() async throws {
        let plane = try #require(TestCluster.controlPlane)
        try await withScratchFolder { folder in
            func issue(days: Int) throws {
                let script = """
                    set -e; cd '\(folder.path)'; pki='\(plane)/pki'
                    openssl ecparam -name prime256v1 -genkey -noout -out new.key
                    openssl req -new -key new.key -subj /O=system:masters/CN=tester |
                        openssl x509 -req -CA $pki/ca.crt -CAkey $pki/ca.key -CAserial serial -CAcreateserial \
                            -days \(days) -out new.crt -extfile "$(printf 'extendedKeyUsage=clientAuth' >ext; echo ext)"
                    mv new.key me.key; mv new.crt me.crt; [ \(days) != 0 ] || sleep 2
                    """
                let result = try TestProcess.run("/bin/bash", ["-c", script])
                try #require(result.status == 0, "\(result.text)")
            }
            // Valid for no time at all.
            try issue(days: 0)
            var connection = try await TestCluster.connection()
            connection.credential = Credential(
                certificate: (.file(Text(folder.path + "/me.crt")), .file(Text(folder.path + "/me.key"))))
            try await TestCluster.withClient(connection) { client in
                let address = ObjectAddress(
                    ResourceType(group: "", version: "v1", name: "namespaces", kind: "Namespace", isNamespaced: false),
                    name: "default")
                let refused = await #expect(throws: KubernetesError.self) { try await client.get(address) }
                #expect(refused?.code == .unauthorized)
                try issue(days: 1)
                #expect(try await client.get(address).objectName == "default")
            }
        }
    }

    @Test func `a token that rotates is followed without a failure`() async throws {
        try await TestCluster.withNamespace { admin, namespace in
            let accounts = try await admin.resource(
                of: GroupVersionKind(group: "", version: "v1", kind: "ServiceAccount"))
            let secrets = try await admin.resource(of: GroupVersionKind(group: "", version: "v1", kind: "Secret"))
            let account = ObjectAddress(accounts, namespace: namespace, name: "agent")
            try await admin.create(
                ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "agent"]], at: account, options)
            try await allow(admin, namespace, account: "agent")
            // A token is good for as long as the Secret that it is bound to.
            func token(_ name: Text) async throws -> String {
                let secret = ObjectAddress(secrets, namespace: namespace, name: name)
                try await admin.create(
                    ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name)]], at: secret, options)
                let request: Value = [
                    "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                    "spec": [
                        "audiences": ["https://kubernetes.default.svc"],
                        "boundObjectRef": ["kind": "Secret", "apiVersion": "v1", "name": .string(name)],
                    ],
                ]
                let answer = try await admin.create(request, at: account.subresource("token"), options)
                return try #require(answer.object["status"]?["token"]?.stringValue).string
            }
            try await withScratchFolder { folder in
                let file = folder.appendingPathComponent("token")
                try await token("one").write(to: file, atomically: true, encoding: .utf8)
                var connection = try await TestCluster.connection()
                connection.credential = Credential(bearer: .tokenFile(Text(file.path)))
                try await TestCluster.withClient(connection) { client in
                    let map = try await map(client, "a", in: namespace)
                    try await client.apply(ClusterConformance.configMap("a", [:]), at: map, options)
                    let before = client.counters.total
                    try await token("two").write(to: file, atomically: true, encoding: .utf8)
                    try await admin.delete(ObjectAddress(secrets, namespace: namespace, name: "one"), DeleteOptions())
                    // The server believes what it has seen for some seconds yet; then it asks for the new one.
                    var reads = 0
                    let end = ContinuousClock.now + .seconds(40)
                    while client.counters.total - before == reads, ContinuousClock.now < end {
                        _ = try await client.get(map)
                        reads += 1
                        try await Task.sleep(for: .milliseconds(100))
                    }
                    // One request more than reads: one was refused, and sent again with the new token.
                    #expect(client.counters.total - before > reads)
                    _ = try await client.get(map)
                }
            }
        }
    }

    /// Lets an account do anything with ConfigMaps.
    private func allow(_ admin: KubernetesClient, _ namespace: Text, account: Text) async throws {
        let rule: Value = ["apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]]
        try await RoleGrant("maps", .rules([rule]), to: .account(account, namespace: namespace), in: namespace)
            .make(admin)
    }

    @Test func `a right that is withdrawn under a feed is told, and its return`() async throws {
        try await TestCluster.withNamespace { admin, namespace in
            try await allow(admin, namespace, account: "agent")
            let map = try await map(admin, "a", in: namespace)
            let agent = admin.acting(as: .serviceAccount(namespace: namespace, name: "agent"))
            try await FeedAccount.following(Feed(agent, Query(map.collection), longestWatch: .seconds(2))) { account in
                #expect(await account.becomes { $0.isComplete })
                let bindings = try await admin.resource(
                    of: GroupVersionKind(group: "rbac.authorization.k8s.io", version: "v1", kind: "RoleBinding"))
                let binding = ObjectAddress(bindings, namespace: namespace, name: "maps")
                let old = try await admin.get(binding)
                try await admin.delete(binding, DeleteOptions())
                #expect(await account.becomes { $0.isFailing && $0.failures.last == .forbidden })
                try await admin.create(
                    old.with(["metadata"], ["name": "maps"]), at: binding, options)
                try await admin.apply(ClusterConformance.configMap("a", [:]), at: map, options)
                #expect(await account.becomes { !$0.isFailing && $0.objects.keys.contains(Text("\(namespace)/a")) })
            }
        }
    }
}
