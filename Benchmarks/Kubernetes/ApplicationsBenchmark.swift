// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
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
        let bare = try await bareClient(before)
        print("bare client: \(count * 4) applies in \(bare.inSeconds)")
        let load = try await Load(client, namespace: "applications")
        let fleet = try FleetFolder(namespace: load.namespace)
        try await fleet.allow(client)
        let applications = Applications(count: count, namespace: load.namespace)
        for name in applications.names { try applications.declare(in: fleet, name) }
        try fleet.commit()
        try await ServerCounter().rest()
        let began = ContinuousClock.now
        try await Program(fleet).serving { daemon in
            try await daemon.becomesApplied(count)
            let applied = ContinuousClock.now - began
            try await daemon.becomesWell(count)
            let wall = ContinuousClock.now - began
            let (sample, requests) = (try daemon.sample(), try daemon.requests())
            print("| \(count) applications from nothing | |")
            print("|---|---|")
            print("| until applied | \(applied.inSeconds) |")
            print("| until applied and healthy, its controllers' work included | \(wall.inSeconds) |")
            print("| the same applies by a bare client | \(bare.inSeconds) |")
            let (first, second) = (String(format: "%.2f", applied / bare), String(format: "%.2f", wall / bare))
            print("| times that, applied and healthy | \(first), \(second) |")
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
        print("| the same applies by a bare client once more, afterwards | \(try await bareClient(again).inSeconds) |")
        try fleet.remove()
        for load in [load, again] { try await load.remove() }
        // Not before: five seconds later the server begins to delete all that lies in it, which takes as long as making it.
        try await before.remove()
    }

    /// All at once, 32 under way.
    private func bareClient(_ load: Load) async throws -> Duration {
        let applications = Applications(count: count, namespace: load.namespace)
        let names = applications.names
        var resources: [Text: ResourceType] = [:]
        for manifest in applications.manifests(of: "app") {
            guard let kind = GroupVersionKind(of: manifest) else { continue }
            resources[kind.kind] = try await client.resource(of: kind)
        }
        let began = ContinuousClock.now
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
        return ContinuousClock.now - began
    }
}
