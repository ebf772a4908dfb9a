// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Glibc
import KubernetesClient
import Manifest

/// Applications of a Deployment without replicas, a Service, a ServiceAccount and an Ingress, in one repository and one
/// namespace.
struct Applications: Sendable {
    let count: Int
    let namespace: Text

    var names: [String] { (0..<count).map { "app-\($0)" } }

    func manifests(of name: String, version: Int = 1) -> [Value] {
        func object(_ apiVersion: Text, _ kind: Text, _ spec: Value?) -> Value {
            var object: Object = [
                "apiVersion": .string(apiVersion), "kind": .string(kind),
                "metadata": [
                    "name": .string(Text(name)), "namespace": .string(namespace),
                    "annotations": ["version": .string(Text("\(version)"))],
                ],
            ]
            object["spec"] = spec
            return .object(object)
        }
        let labels: Value = ["app": .string(Text(name))]
        return [
            object("v1", "ServiceAccount", nil),
            object("v1", "Service", ["selector": labels, "ports": [["port": 80, "protocol": "TCP"]]]),
            object(
                "apps/v1", "Deployment",
                [
                    "replicas": 0, "selector": ["matchLabels": labels],
                    "template": [
                        "metadata": ["labels": labels],
                        "spec": ["containers": [["name": "web", "image": "registry.example.org/web:1"]]],
                    ],
                ]),
            object(
                "networking.k8s.io/v1", "Ingress",
                ["defaultBackend": ["service": ["name": .string(Text(name)), "port": ["number": 80]]]]),
        ]
    }

    func declare(in fleet: FleetFolder, _ name: String, version: Int = 1) throws {
        let documents = manifests(of: name, version: version).map { String(decoding: JSON.write($0), as: UTF8.self) }
        try fleet.declare(name, ["all.yaml": documents.joined(separator: "\n---\n")])
    }
}

/// From nothing to applied and healthy, beside the same applies by a bare client.
struct ApplicationsBenchmark {
    let client: KubernetesClient
    let count: Int

    func run() async throws {
        let before = try await Load(client, namespace: "bare-applications")
        let first = try await bareClient(before)
        print("bare client: \(count * 4) applies, until applied and healthy, in \(first)")
        let load = try await Load(client, namespace: "applications")
        let fleet = try FleetFolder(namespace: load.namespace)
        try await fleet.allow(client)
        let applications = Applications(count: count, namespace: load.namespace)
        for name in applications.names { try applications.declare(in: fleet, name) }
        try fleet.commit()
        try await ServerCounter().rest()
        var spent = try Spent()
        try await Program(fleet).serving { daemon in
            try await daemon.becomesApplied(count)
            spent.isApplied()
            try await daemon.becomesWell(count)
            try spent.isWell(by: daemon.process.id)
            let (sample, requests) = (try daemon.sample(), try daemon.requests())
            print("| \(count) applications from nothing | |")
            print("|---|---|")
            print("| until applied, and healthy; processor time | \(spent) |")
            print("| the same applies by a bare client | \(first) |")
            print("| times that | \(spent.times(first)) |")
            print("| processor time | \(sample.withChildren.inSeconds) |")
            print("| memory at its peak | \(sample.peakInMiB) |")
            print("| requests | \(requests) |")
            print("| requests an application | \(String(format: "%.2f", Double(requests) / Double(count))) |")
            let minutes = ProcessInfo.processInfo.environment["BENCH_MINUTES"].flatMap { Double($0) } ?? 1
            try await Task.sleep(for: .seconds(10))
            let before = (sample: try daemon.sample(), requests: try daemon.requests())
            try await Task.sleep(for: .seconds(minutes * 60))
            let after = try daemon.sample()
            let idle = after.withChildren - before.sample.withChildren
            print("| processor time of \(minutes) idle minutes | \(idle.inSeconds) |")
            print("| requests in them | \(try daemon.requests() - before.requests) |")
            print("| memory then | \(after.residentInMiB) |")
        }
        let again = try await Load(client, namespace: "bare-applications-after")
        try await ServerCounter().rest()
        let second = try await bareClient(again)
        print("| the same applies by a bare client once more, afterwards | \(second) |")
        print("| times that | \(spent.times(second)) |")
        try fleet.remove()
        for load in [load, again] { try await load.remove() }
        // Not before: five seconds later the server begins to delete all that lies in it, which takes as long as making it.
        try await before.remove()
    }

    /// All at once, 32 under way; as the project's user where `BENCH_BARE=user`.
    private func bareClient(_ load: Load) async throws -> Spent {
        var client: any ClusterAPI = client
        if ProcessInfo.processInfo.environment["BENCH_BARE"] == "user" {
            try await FleetFolder.allow(self.client, in: load.namespace)
            client = self.client.acting(as: Impersonation(user: FleetFolder.user))
        }
        let applications = Applications(count: count, namespace: load.namespace)
        let names = applications.names
        var resources: [Text: ResourceType] = [:]
        for manifest in applications.manifests(of: "app") {
            guard let kind = GroupVersionKind(of: manifest) else { continue }
            resources[kind.kind] = try await client.resource(of: kind)
        }
        var spent = try Spent()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<KubernetesBenchmark.concurrency {
                group.addTask { [resources, client] in
                    for index in stride(from: worker, to: names.count, by: KubernetesBenchmark.concurrency) {
                        for manifest in applications.manifests(of: names[index]) {
                            guard let resource = resources[manifest["kind"]?.stringValue ?? ""] else { continue }
                            let address = ObjectAddress(
                                resource, namespace: load.namespace, name: Text(names[index]))
                            try await client.apply(
                                manifest, at: address, WriteOptions(manager: "benchmark", force: true))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        spent.isApplied()
        guard let deployments = resources["Deployment"] else { return spent }
        let query = Query(Collection(deployments, namespace: load.namespace))
        try await eventually("controllers have seen all", within: .seconds(180), every: .milliseconds(500)) {
            [client] in
            var seen = 0
            _ = try await client.list(query) { (object) async throws(KubernetesError) in
                if object["status"]?["observedGeneration"] != nil { seen += 1 }
            }
            return seen == count
        }
        try spent.isWell(by: getpid())
        return spent
    }
}

/// What it took to apply all, and until all was well: on the clock, of the server's processes, of the client's, and of all
/// that ran beside them.
private struct Spent: CustomStringConvertible {
    private let began = ContinuousClock.now
    private let machine = try? MachineSample()
    private let server = Self.server()
    private let own: Duration
    private(set) var applied = Duration.zero
    private(set) var well = Duration.zero
    private var processor = (server: Duration.zero, client: Duration.zero, others: Duration.zero)

    /// Of a process that runs already, or that is yet to begin.
    init() throws { own = try ProcessSample(of: getpid()).withChildren }

    mutating func isApplied() { applied = ContinuousClock.now - began }

    mutating func isWell(by client: Int32) throws {
        well = ContinuousClock.now - began
        processor.server = Self.server() - server
        let mine = try ProcessSample(of: getpid()).withChildren - own
        processor.client = client == getpid() ? mine : try ProcessSample(of: client).withChildren
        let all = machine.flatMap { before in (try? MachineSample()).map { $0.busy - before.busy } } ?? .zero
        // This process counts among the others while it only looks on.
        processor.others = all - processor.server - processor.client
    }

    func times(_ other: Spent) -> String {
        let ratios = [applied / other.applied, well / other.applied, well / other.well]
        let (first, second, third) = (ratios[0], ratios[1], ratios[2])
        return String(format: "%.2f applied; %.2f healthy; %.2f healthy beside its healthy", first, second, third)
    }

    var description: String {
        "\(applied.inSeconds), \(well.inSeconds); server \(processor.server.inSeconds), client "
            + "\(processor.client.inSeconds), others \(processor.others.inSeconds)"
    }

    private static func server() -> Duration {
        ServerCounter().processor(of: ["etcd", "kube-apiserver", "kube-controller-manager"])
    }
}
