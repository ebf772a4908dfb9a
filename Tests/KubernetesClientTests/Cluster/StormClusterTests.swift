// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Synchronization
import TestSupport
import Testing

/// A real server behind one that is overloaded a quarter of the time.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct StormClusterTests {
    @Test func `every object arrives once through a storm of refusals and faults`() async throws {
        try await TestCluster.withNamespace { client, namespace in
            let resource = try await client.resource(of: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"))
            let behind = Forwarder(client)
            let count = Mutex(0)
            let script: ScriptedServer.Script = { request in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                switch number % 16 {
                case 1: return ScriptedServer.Reply(429, headers: [("retry-after", "0")])
                case 2: return .json("{}", status: 500)
                case 3: return .json("{}", status: 503)
                // Carried out, and the answer lost.
                case 4:
                    _ = await behind.forward(request)
                    return nil
                default: return await behind.forward(request)
                }
            }
            try await ScriptedServer.with(script) { server in
                let connection = Connection(server: try #require(ServerAddress(Text(server.address))))
                try await TestCluster.withClient(connection) { stormy in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for index in 0..<100 {
                            group.addTask {
                                let name = Text("m\(index)")
                                let address = ObjectAddress(resource, namespace: namespace, name: name)
                                try await stormy.apply(
                                    ClusterConformance.configMap(name, ["k": "v"]), at: address,
                                    WriteOptions(manager: "storm"))
                            }
                        }
                        try await group.waitForAll()
                    }
                    #expect(stormy.concurrency < 32)
                }
            }
            var names: Set<Text> = []
            _ = try await client.list(Query(Collection(resource, namespace: namespace))) {
                (object) async throws(KubernetesError) in
                if let name = object.objectName, name.string.hasPrefix("m") { names.insert(name) }
            }
            #expect(names.count == 100)
        }
    }
}

/// Hands requests on to the real server, as its client would have sent them.
private struct Forwarder: Sendable {
    let client: KubernetesClient

    init(_ client: KubernetesClient) { self.client = client }

    func forward(_ request: ScriptedServer.Request) async -> ScriptedServer.Reply {
        guard let body = try? JSON.read(request.body), let name = body.objectName,
            let kind = GroupVersionKind(of: body), let resource = try? await client.resource(of: kind)
        else { return .json("{}", status: 400) }
        let parts = request.path.split(separator: "/")
        let address = ObjectAddress(resource, namespace: Text(String(parts[3])), name: name)
        do {
            let answer = try await client.apply(body, at: address, WriteOptions(manager: "storm"))
            return ScriptedServer.Reply(answer.wasCreated ? 201 : 200, pieces: [JSON.write(answer.object)])
        } catch {
            return .json("{}", status: error.status)
        }
    }
}
