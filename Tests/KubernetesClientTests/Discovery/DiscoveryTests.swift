// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Synchronization
import Testing

@testable import KubernetesClient

struct DiscoveryTests {
    /// A server by its documents; what it has not is not found, and counted.
    private func discover(_ documents: [String: String]) async throws(KubernetesError) -> Discovery {
        try await Discoverer { (path, _) async throws(KubernetesError) in
            guard let text = documents[path], let value = try? JSON.read(Array(text.utf8)) else {
                throw KubernetesError(
                    path == "/api" ? .notServed : .unavailable, subject: "the server's API", message: "no backend")
            }
            return value
        }.discover()
    }

    private let core = #"{"kind":"APIVersions","versions":["v1"]}"#
    private let groups = """
        {"kind":"APIGroupList","groups":[
          {"name":"apps","preferredVersion":{"groupVersion":"apps/v1"},
           "versions":[{"groupVersion":"apps/v1beta1"},{"groupVersion":"apps/v1"}]},
          {"name":"metrics.k8s.io","versions":[{"groupVersion":"metrics.k8s.io/v1beta1"}]}]}
        """
    private let coreResources = """
        {"resources":[{"name":"pods","kind":"Pod","namespaced":true,"verbs":["get","list"]},
          {"name":"pods/status","kind":"Pod","namespaced":true,"verbs":["get"]},
          {"name":"nodes","kind":"Node","namespaced":false,"verbs":["get"]}]}
        """
    private let appsResources = """
        {"resources":[{"name":"deployments","kind":"Deployment","namespaced":true,"verbs":["get","watch","list"]},
          {"name":"deployments/scale","kind":"Scale","namespaced":true,"verbs":["get"]}]}
        """

    @Test func `an old server is asked group by group, and one that is broken breaks only itself`() async throws {
        let found = try await discover([
            "/api": core, "/apis": groups, "/api/v1": coreResources, "/apis/apps/v1": appsResources,
            "/apis/apps/v1beta1": appsResources,
        ])
        #expect(found.resources.map(\.description) == ["pods", "nodes", "deployments.apps", "deployments.apps"])
        let deployments = found.preferred(group: "apps", kind: "Deployment")
        #expect(deployments?.version == "v1")
        #expect(deployments?.subresources == ["scale"])
        #expect(deployments?.canBeWatched == true)
        #expect(found.preferredResources.count == 3)
        #expect(found.resource(group: "", name: "nodes")?.isNamespaced == false)
        #expect(!found.isComplete)
        let metrics = GroupVersionKind(group: "metrics.k8s.io", version: "v1beta1", kind: "PodMetrics")
        #expect(found.missing(metrics).code == .unavailable)
        let unknown = GroupVersionKind(group: "apps", version: "v2", kind: "Deployment")
        #expect(found.missing(unknown).code == .unknownKind)
        #expect(found.missing(unknown).description.contains("v1, v1beta1"))
    }

    @Test func `a server that says nothing of the core group is not believed to have none of it`() async throws {
        let found = try await discover([
            "/api": core, "/apis": groups, "/api/v1": coreResources, "/apis/apps/v1": appsResources,
            "/apis/apps/v1beta1": appsResources,
        ])
        let whole = Discovery(resources: found.resources)
        #expect(whole.knows(group: "") && whole.knows(group: "apps"))
        let custom = Discovery(resources: found.resources.filter { !$0.group.isEmpty })
        #expect(custom.isComplete && !custom.knows(group: "") && custom.knows(group: "apps"))
        #expect(!found.knows(group: "apps"), "a part of it did not answer")
    }

    @Test func `a new server tells all at once, and what of it is stale`() async throws {
        let all = """
            {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"apps"},"versions":[
              {"version":"v1","freshness":"Current","resources":[
                {"resource":"deployments","responseKind":{"group":"","version":"","kind":"Deployment"},"scope":"Namespaced",
                 "verbs":["get"],"subresources":[{"subresource":"status"}]}]},
              {"version":"v1beta1","freshness":"Stale","resources":[]}]}]}
            """
        let empty = #"{"kind":"APIGroupDiscoveryList","items":[]}"#
        let found = try await discover(["/api": empty, "/apis": all])
        let kind = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
        #expect(found.resource(of: kind)?.name == "deployments")
        #expect(found.resource(of: kind)?.isNamespaced == true)
        #expect(found.resource(of: kind)?.subresources == ["status"])
        #expect(found.unavailable.keys.map(\.description) == ["apps/v1beta1"])
    }

    @Test func `a server without a core group serves the others`() async throws {
        let found = try await discover(["/apis": groups, "/apis/apps/v1": appsResources])
        #expect(found.preferred(group: "apps", kind: "Deployment")?.version == "v1")
        #expect(found.preferred(group: "", kind: "Pod") == nil)
    }

    @Test func `a server that serves nothing is none`() async {
        await #expect(throws: KubernetesError.self) { try await discover(["/api": "{}", "/apis": "{}"]) }
        await #expect(throws: KubernetesError.self) { try await discover([:]) }
    }

    @Test func `those who ask at the same time share a look, but none that began before they asked`() async throws {
        let looks = Mutex(0)
        let gate = AsyncStream.makeStream(of: Void.self)
        let shared = Renewed<Int> { (_) async throws(KubernetesError) in
            let number = looks.withLock { count in
                count += 1
                return count
            }
            if number == 1 { for await _ in gate.stream { break } }
            return number
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await shared.value { _ in true } }
            while looks.withLock({ $0 }) == 0 { await Task.yield() }
            for _ in 0..<5 { group.addTask { try await shared.fresh() } }
            for _ in 0..<5 { group.addTask { try await shared.value { _ in true } } }
            for _ in 0..<100 { await Task.yield() }
            gate.continuation.yield()
            let numbers = try await group.reduce(into: [Int]()) { $0.append($1) }
            #expect(numbers.count == 11)
            #expect(numbers.filter { $0 == 2 }.count >= 5)
        }
        // One for the first, one for all five that wanted a newer one; more only if some came late.
        #expect(looks.withLock { $0 } <= 3)
    }
}
