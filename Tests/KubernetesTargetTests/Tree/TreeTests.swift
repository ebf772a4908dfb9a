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

/// What a unit applied and what that owns, on a cluster in memory that a test fills as controllers would.
@Suite(.timeLimit(.minutes(5))) struct TreeTests {
    private let cluster = MemoryCluster()
    private var site: ClusterSite { ClusterSite(cluster, namespace: "default") }

    private func resource(_ kind: Text) async throws -> ResourceType {
        let discovery = try await cluster.discovery(.cached)
        return try #require(discovery.resources.first { $0.kind == kind })
    }

    /// Makes an object as a controller would, and says its UID.
    @discardableResult
    private func make(
        _ kind: Text, _ name: Text, of owner: Text?, labels: Value = ["app": "web"], isController: Bool = true,
        _ rest: Object = [:]
    ) async throws -> Text {
        let resource = try await resource(kind)
        var metadata: Object = ["name": .string(name), "namespace": "default", "labels": labels]
        if let owner {
            metadata["ownerReferences"] = [["uid": .string(owner), "controller": .bool(isController), "kind": "Any"]]
        }
        var object: Object = [
            "apiVersion": .string(resource.groupVersion.apiVersion), "kind": .string(kind),
            "metadata": .object(metadata),
        ]
        for (key, value) in rest.pairs { object[key] = value }
        let address = ObjectAddress(resource, namespace: "default", name: name)
        cluster.edit(address, by: "controller") { _ in .object(object) }
        return try #require(cluster.object(address)?.uid)
    }

    private func id(_ kind: Text, _ name: Text) async throws -> ObjectID {
        ObjectID(group: try await resource(kind).group, kind: kind, namespace: "default", name: name)
    }

    private static let one: Object = ["spec": ["selector": selector, "replicas": 1]]
    private static let selector: Value = ["matchLabels": ["app": "web"]]

    /// A Deployment of the unit with a ReplicaSet and as many Pods.
    private func deployment(pods: Int) async throws -> Inventory {
        let deployment = try await make("Deployment", "web", of: nil, ["spec": ["selector": Self.selector]])
        let set = try await make("ReplicaSet", "web-1", of: deployment, Self.one)
        for pod in 0..<pods { try await make("Pod", Text("web-1-\(pod)"), of: set) }
        return Inventory(entries: [try await id("Deployment", "web"): .init(uid: deployment, applied: nil, wave: 0)])
    }

    /// `Deployment/web > ReplicaSet/web-1 > Pod/web-1-0`, of each that owns nothing.
    private func paths(_ nodes: [ObjectTree.Node], _ above: String = "") -> [String] {
        nodes.flatMap { node in
            let here = above + "\(node.object.kind)/\(node.object.name)"
            return node.owned.isEmpty ? [here] : paths(node.owned, here + " > ")
        }
    }

    /// On which a look takes no time, however busy the machine is.
    private static let patient = Clocks(
        wall: Clocks.system.wall, monotonic: { .start }, sleep: { _ in try await Task.sleep(for: .seconds(600)) })

    private func read(
        _ inventory: Inventory, _ limits: TreeBudget.Limits = .init(), _ clocks: Clocks = Self.patient
    ) async throws -> ObjectTree {
        let reach = try site.target.reach(for: site.unit)
        return await TreeReader(reach: reach, width: 8, clocks: clocks, budget: TreeBudget(limits, clocks))
            .read(inventory)
    }

    @Test func `owner references by UID say what belongs where, and labels and names do not`() async throws {
        let inventory = try await deployment(pods: 2)
        // The same labels, the same name of its owner, and another UID.
        try await make("Pod", "stranger", of: "11111111-0000-0000-0000-000000000000")
        try await make("Pod", "orphan", of: nil)
        let set = try await make("ReplicaSet", "other-1", of: nil, Self.one)
        try await make("Pod", "other-1-0", of: set)
        let tree = try await read(inventory)
        #expect(
            paths(tree.items) == [
                "Deployment/web > ReplicaSet/web-1 > Pod/web-1-0", "Deployment/web > ReplicaSet/web-1 > Pod/web-1-1",
            ])
        #expect(tree.remarks.isEmpty)
    }

    @Test func `jobs, sets and what operators run are found, and earlier versions are left out`() async throws {
        var entries = try await deployment(pods: 1).entries
        let deployment = try #require(entries.values.first).uid
        try await make("ReplicaSet", "web-0", of: deployment, ["spec": ["selector": Self.selector, "replicas": 0]])
        let job = try await make("Job", "task", of: nil, ["spec": ["selector": ["matchLabels": ["job": "task"]]]])
        try await make("Pod", "task-0", of: job, labels: ["job": "task"])
        entries[try await id("Job", "task")] = .init(uid: job, applied: nil, wave: 0)
        let definition: Value = [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": "databases.example.org"],
            "spec": [
                "group": "example.org", "scope": "Namespaced", "names": ["plural": "databases", "kind": "Database"],
                "versions": [["name": "v1", "served": true]],
            ],
        ]
        let definitions = try await resource("CustomResourceDefinition")
        cluster.edit(ObjectAddress(definitions, name: "databases.example.org")) { _ in definition }
        let database = try await make("Database", "main", of: nil)
        let set = try await make("StatefulSet", "main", of: database, labels: ["db": "main"])
        try await make("Pod", "main-0", of: set, labels: ["db": "main"])
        entries[try await id("Database", "main")] = .init(uid: database, applied: nil, wave: 0)
        let tree = try await read(Inventory(entries: entries))
        #expect(
            Set(paths(tree.items)) == [
                "Deployment/web > ReplicaSet/web-1 > Pod/web-1-0", "Job/task > Pod/task-0",
                "Database/main > StatefulSet/main > Pod/main-0",
            ])
    }

    @Test func `a Pod says how its containers do, and the worst comes first`() async throws {
        let inventory = try await deployment(pods: 1)
        let address = ObjectAddress(try await resource("ReplicaSet"), namespace: "default", name: "web-1")
        let set = try #require(cluster.object(address)?.uid)
        let status: Value = [
            "phase": "Running",
            "initContainerStatuses": [
                [
                    "name": "first", "ready": true, "restartCount": 0,
                    "state": ["terminated": ["reason": "Completed", "exitCode": 0]],
                ]
            ],
            "containerStatuses": [
                [
                    "name": "web", "ready": false, "restartCount": 7,
                    "state": ["waiting": ["reason": "CrashLoopBackOff", "message": "back-off 5m0s"]],
                    "lastState": ["terminated": ["reason": "OOMKilled", "exitCode": 137]],
                ]
            ],
        ]
        try await make("Pod", "web-1-z", of: set, ["status": status])
        let pods = try #require(try await read(inventory).items.first?.owned.first?.owned)
        #expect(pods.map(\.object.name) == ["web-1-z", "web-1-0"])
        #expect(pods[0].health?.health == .degraded)
        #expect(
            pods[0].containers == [
                .init(name: "first", state: .ended, isReady: true, restarts: 0, reason: "Completed (exit code 0)"),
                .init(
                    name: "web", state: .waiting, isReady: false, restarts: 7,
                    reason: "CrashLoopBackOff: back-off 5m0s; ended before: OOMKilled (exit code 137)"),
            ])
    }

    @Test func `what is not there, or another of that name, is said`() async throws {
        let map = try await make("ConfigMap", "there", of: nil)
        let entries: [(ObjectID, Text)] = [
            (try await id("ConfigMap", "there"), map), (try await id("ConfigMap", "other"), "another"),
            (try await id("ConfigMap", "gone"), "gone"),
        ]
        try await make("ConfigMap", "other", of: nil)
        let inventory = Inventory(
            entries: Dictionary(uniqueKeysWithValues: entries.map { ($0, .init(uid: $1, applied: nil, wave: 0)) }))
        let tree = try await read(inventory)
        #expect(tree.items.map(\.object.name) == ["gone", "other", "there"])
        #expect(tree.items.map(\.health?.health) == [.missing, .missing, .healthy])
        #expect(tree.items[1].health?.reason.contains("another object") == true)
    }

    @Test func `the values of a Secret are neither asked for nor shown`() async throws {
        let secret = try await make("Secret", "key", of: nil, ["data": ["password": "Y2FuYXJ5LTQ3MTE="]])
        let inventory = Inventory(entries: [try await id("Secret", "key"): .init(uid: secret, applied: nil, wave: 0)])
        let forms = Mutex<[ObjectForm]>([])
        let reach = try site.target.reach(for: site.unit)
        let watched = Reach(
            shared: reach.shared, api: FormNoter(cluster: reach.api) { form in forms.withLock { $0.append(form) } },
            identity: reach.identity, limits: reach.limits, unit: reach.unit)
        let tree = await TreeReader(
            reach: watched, width: 1, clocks: Self.patient, budget: TreeBudget(.init(), Self.patient)
        )
        .read(inventory)
        #expect(tree.items.first?.health?.health == .healthy)
        #expect(forms.withLock { $0 } == [.metadata])
        #expect(!"\(tree)".contains("Y2FuYXJ5"))
    }

    @Test func `what may not be read is a remark, and breaks nothing`() async throws {
        let inventory = try await deployment(pods: 2)
        cluster.fail { call in
            guard call.verb == "list", call.resource.kind == "Pod" else { return nil }
            return KubernetesError(.forbidden, subject: "pods in default", message: "not for you", status: 403)
        }
        let tree = try await read(inventory)
        #expect(paths(tree.items) == ["Deployment/web > ReplicaSet/web-1"])
        #expect(tree.remarks == ["Pod objects are not shown: pods in default: not for you"])
        cluster.fail { _ in KubernetesError(.forbidden, subject: "it", message: "not for you", status: 403) }
        let nothing = try await read(inventory)
        #expect(nothing.items.map(\.health) == [HealthReport(.unknown, reason: "it: not for you")])
        // The project's account is who asks.
        #expect(cluster.calls.allSatisfy { $0.identity?.user == ClusterSite.user })
    }

    @Test func `objects, bytes and time have an end, and what was cut is said`() async throws {
        let inventory = try await deployment(pods: 30)
        var limits = TreeBudget.Limits()
        limits.nodes = 10
        let few = try await read(inventory, limits)
        #expect(paths(few.items).count == 9)
        #expect(few.remarks == ["more than 10 objects belong here: what is shown is not all"])
        limits = .init()
        limits.looked = 20
        cluster.forgetCalls()
        #expect(try await read(inventory, limits).remarks.first?.string.contains("more than 20 objects lie") == true)
        limits = .init()
        limits.bytes = 1000
        #expect(paths(try await read(inventory, limits).items).count < 30)
        // A clock that each question moves.
        let now = Mutex(Moment.start)
        cluster.fail { _ in
            now.withLock { $0 = $0.advanced(by: .seconds(15)) }
            return nil
        }
        let clocks = Clocks(
            wall: { Sample.now }, monotonic: { now.withLock { $0 } },
            sleep: { _ in try await Task.sleep(for: .seconds(60)) })
        cluster.forgetCalls()
        let late = try await read(inventory, .init(), clocks)
        #expect(cluster.calls.map(\.verb) == ["get", "list"])
        #expect(late.remarks == ["looking took longer than 20 s: what is shown is not all"])
    }

    @Test func `a server that does not answer is left after the time that there is`() async throws {
        let inventory = try await deployment(pods: 1)
        let reach = try site.target.reach(for: site.unit)
        let silent = Reach(
            shared: reach.shared, api: FormNoter(cluster: reach.api, isSilent: true) { _ in }, identity: reach.identity,
            limits: reach.limits, unit: reach.unit)
        let clocks = Clocks(wall: { Sample.now }, monotonic: { .start }, sleep: { _ in })
        let tree = await TreeReader(reach: silent, width: 1, clocks: clocks, budget: TreeBudget(.init(), clocks))
            .read(inventory)
        #expect(tree.items.map(\.health?.reason) == ["looking took longer than 20 s"])
    }

    @Test func `many owners in one place are one question, and a few are narrowed by labels`() async throws {
        var entries: [ObjectID: Inventory.Entry] = [:]
        for number in 0..<20 {
            let labels: Value = ["app": .string(Text("app-\(number)"))]
            let uid = try await make(
                "StatefulSet", Text("app-\(number)"), of: nil, labels: labels,
                ["spec": ["selector": ["matchLabels": labels]]])
            try await make("Pod", Text("app-\(number)-0"), of: uid, labels: labels)
            entries[try await id("StatefulSet", Text("app-\(number)"))] = .init(uid: uid, applied: nil, wave: 0)
        }
        cluster.forgetCalls()
        let all = try await read(Inventory(entries: entries))
        #expect(all.items.allSatisfy { $0.owned.count == 1 })
        #expect(cluster.calls.count { $0.verb == "list" } == 1)
        let one = entries.filter { $0.key.name == "app-7" }
        let before = cluster.sent
        #expect(paths(try await read(Inventory(entries: one)).items) == ["StatefulSet/app-7 > Pod/app-7-0"])
        #expect(cluster.sent - before == 1, "only what fits its labels was sent")
    }

    @Test func `nothing is kept and nothing is watched`() async throws {
        let inventory = try await deployment(pods: 2)
        let target = site.target
        for _ in 0..<2 {
            cluster.forgetCalls()
            let tree = try await target.tree(of: inventory, in: site.unit)
            #expect(paths(tree.items).count == 2)
            #expect(cluster.calls.map(\.verb) == ["get", "list", "list"])
        }
        #expect(target.desk.sighting(of: try await id("Deployment", "web")) == nil)
    }
}

/// Notes in which form objects are read, or never answers.
private struct FormNoter: ClusterAPI {
    let cluster: any ClusterAPI
    var isSilent = false
    let note: @Sendable (ObjectForm) -> Void

    func acting(as identity: Impersonation?) -> any ClusterAPI { cluster.acting(as: identity) }

    func discovery(_ freshness: DiscoveryFreshness) async throws(KubernetesError) -> Discovery {
        try await cluster.discovery(freshness)
    }

    func version() async throws(KubernetesError) -> Text { try await cluster.version() }

    func get(_ address: ObjectAddress, _ form: ObjectForm) async throws(KubernetesError) -> Value {
        note(form)
        if isSilent {
            try? await Task.sleep(for: .seconds(600))
            throw KubernetesError(.cancelled, subject: "", message: "cancelled")
        }
        return try await cluster.get(address, form)
    }

    func list(
        _ query: Query, _ each: (Value) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) -> Text { try await cluster.list(query, each) }

    func watch(
        _ query: Query, from version: Text, for limit: Duration,
        _ each: (WatchEvent) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) { try await cluster.watch(query, from: version, for: limit, each) }

    func create(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer { try await cluster.create(object, at: address, options) }

    func apply(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer { try await cluster.apply(object, at: address, options) }

    func replace(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer { try await cluster.replace(object, at: address, options) }

    func patch(
        _ address: ObjectAddress, with patch: Patch, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer { try await cluster.patch(address, with: patch, options) }

    func delete(_ address: ObjectAddress, _ options: DeleteOptions) async throws(KubernetesError) -> DeleteAnswer {
        try await cluster.delete(address, options)
    }

    func review(_ question: AccessQuestion) async throws(KubernetesError) -> AccessAnswer {
        try await cluster.review(question)
    }
}
