// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// Why a rollout does not come to its end is said in words.
@Suite(.timeLimit(.minutes(2))) struct RolloutTroubleTests {
    private static let now = Time(nanoseconds: 1_800_000_000_000_000_000)

    private func yaml(_ text: String) throws -> Value { try #require(try YAML.read(Array(text.utf8)).first?.value) }

    private func words(pods: [String] = [], sets: [String] = [], told: String = "") throws -> String? {
        RolloutTrouble.words(pods: try pods.map(yaml), replicaSets: try sets.map(yaml), told: told, now: Self.now)
    }

    private static let quota = """
        metadata: {name: web-5d9c}
        status: {conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: "exceeded quota: no-pods"}]}
        """
    private static let fine = """
        metadata: {name: web-a}
        status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
        """
    private static let crashing = """
        metadata: {name: web-b}
        status:
          phase: Running
          containerStatuses:
            - name: main
              state: {waiting: {reason: CrashLoopBackOff, message: back-off 5m0s}}
              lastState: {terminated: {reason: OOMKilled, exitCode: 137}}
        """

    @Test func `a ReplicaSet that cannot make Pods`() throws {
        #expect(
            try words(pods: [Self.crashing], sets: ["{metadata: {name: old}, status: {}}", Self.quota])
                == "ReplicaSet web-5d9c: FailedCreate: exceeded quota: no-pods")
        let solved = Self.quota.replacing("\"True\"", with: "\"False\"")
        #expect(try words(sets: [solved]) == nil)
    }

    @Test func `a container that does not run, and how it ended`() throws {
        #expect(
            try words(pods: [Self.fine, Self.crashing])
                == "Pod web-b: container main: CrashLoopBackOff: back-off 5m0s, it ended with OOMKilled (exit code 137)"
        )
        #expect(try words(pods: [Self.fine]) == nil)
    }

    @Test func `what the rollout itself says is not said twice`() throws {
        #expect(try words(sets: [Self.quota], told: "0 of 1 replicas exist: exceeded quota: no-pods") == nil)
    }

    @Test func `the newest warning about it, when nothing else says anything`() throws {
        func event(_ time: String, _ type: String, _ message: String) throws -> Value {
            try yaml("{type: \(type), reason: FailedCreate, message: \(message), lastTimestamp: \"\(time)\"}")
        }
        let events = [
            try event("2026-01-01T00:00:02Z", "Warning", "second"),
            try event("2026-01-01T00:00:01Z", "Warning", "first"),
            try event("2026-01-01T00:00:03Z", "Normal", "third"),
        ]
        #expect(RolloutTrouble.words(events: events) == "FailedCreate: second")
        #expect(RolloutTrouble.words(events: []) == nil)
    }

    /// A rollout whose one Pod crashes, made by nobody's hand.
    private func crash(_ kind: String, _ site: ClusterSite) async throws -> DesiredObject {
        let object = try site.object(
            ClusterSite.deployment(replicas: 1).replacing("kind: Deployment", with: "kind: \(kind)"))
        try await site.apply(object)
        let pod = try site.object("{apiVersion: v1, kind: Pod, metadata: {name: web-0, labels: {app: web}}}")
        try await site.cluster.create(
            pod.manifest.settingStatus(try yaml(Self.crashing)["status"]), at: try await site.address(pod),
            WriteOptions(manager: "controller"))
        return object
    }

    @Test(arguments: ["StatefulSet", "Deployment"])
    func `Pods are asked when the time is up, and not before`(kind: String) async throws {
        let cluster = MemoryCluster()
        let site = ClusterSite(cluster, namespace: "default")
        let object = try await crash(kind, site)
        cluster.forgetCalls()
        let before = try await site.target.health(of: [object], in: site.unit)[object.id]
        #expect(before?.health == .progressing && before?.reason.contains("CrashLoopBackOff") == false)
        #expect(!cluster.calls.contains { $0.resource.kind == "Pod" })
        let after = try await site.target.explainedHealth(of: [object], in: site.unit)[object.id]
        #expect(after?.health == .progressing)
        #expect(after?.reason.hasPrefix("0 of 1 replicas") == true)
        #expect(after?.reason.contains("Pod web-0: container main: CrashLoopBackOff: back-off 5m0s") == true)
        // As whom the project says, and only what carries the rollout's labels.
        #expect(cluster.calls.contains { $0.resource.kind == "Pod" && $0.identity?.user == ClusterSite.user })
    }

    @Test func `an event tells what no object does`() async throws {
        let cluster = MemoryCluster()
        let site = ClusterSite(cluster, namespace: "default")
        let object = try site.object(
            ClusterSite.deployment(replicas: 1).replacing("kind: Deployment", with: "kind: StatefulSet"))
        try await site.apply(object)
        let uid = try await site.live(object).uid ?? ""
        for (name, about) in [("one", uid), ("two", "another")] as [(Text, Text)] {
            let event = try site.object("{apiVersion: v1, kind: Event, metadata: {name: \(name)}}")
            let content: Value = [
                "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "FailedCreate",
                "message": .string("create Pod \(name)"), "involvedObject": ["uid": .string(about)],
                "lastTimestamp": "2026-01-01T00:00:00Z", "metadata": ["name": .string(name)],
            ]
            try await site.cluster.create(content, at: try await site.address(event), WriteOptions(manager: "c"))
        }
        let report = try await site.target.explainedHealth(of: [object], in: site.unit)[object.id]
        #expect(report?.reason == "0 of 1 replicas exist: FailedCreate: create Pod one")
    }

    @Test func `what may not be read says nothing`() async throws {
        let cluster = MemoryCluster()
        let site = ClusterSite(cluster, namespace: "default")
        let object = try await crash("StatefulSet", site)
        cluster.fail { call in
            call.verb == "list"
                ? KubernetesError(.forbidden, subject: "pods", message: "forbidden", status: 403) : nil
        }
        let report = try await site.target.explainedHealth(of: [object], in: site.unit)[object.id]
        #expect(report == HealthReport(.progressing, reason: "0 of 1 replicas exist"))
    }
}

extension Value {
    fileprivate func settingStatus(_ status: Value?) -> Value {
        guard var object = objectValue else { return self }
        object["status"] = status
        return .object(object)
    }
}
