// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Glibc
import KubernetesClient
import Manifest
import Synchronization

/// Something that brings objects to a server.
protocol Subject: Sendable {
    var name: String { get }
    /// What it took in processes of its own; `nil` when it runs in this one.
    var processor: Duration? { get }
    /// From the start of its last sync to its end, without what comes before and after; `nil` when it has none.
    var sync: Duration? { get throws }
    func prepare(_ phase: Phase) async throws
    func run(_ phase: Phase) async throws
    func clean() async throws
}

extension Subject {
    var sync: Duration? { nil }
}

/// The objects, and the namespace they go to.
struct Load: Sendable {
    let client: KubernetesClient
    let namespace: Text
    let maps: ResourceType

    init(_ client: KubernetesClient, namespace: Text) async throws {
        self.client = client
        self.namespace = namespace
        maps = try await client.resource(of: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"))
        try await client.apply(
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]], at: address,
            WriteOptions(manager: "benchmark"))
    }

    private var address: ObjectAddress {
        ObjectAddress(
            ResourceType(group: "", version: "v1", name: "namespaces", kind: "Namespace", isNamespaced: false),
            name: namespace)
    }

    func remove() async throws { try await client.delete(address, DeleteOptions()) }

    /// 1.6 kB as JSON.
    func object(_ index: Int, _ phase: Phase) -> Value {
        let line = "key-\(index)-\(phase.content) = some value that a configuration file may have\n"
        let text = String(repeating: line, count: 1450 / line.utf8.count)
        return [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(Text("map-\(index)")), "namespace": .string(namespace),
                "labels": ["app": "benchmark", "part": .string(Text("p\(index % 10)"))],
            ],
            "data": ["file.conf": .string(Text(text))],
        ]
    }
}

/// One server-side apply for each object, 32 under way.
struct BareClient: Subject {
    let name: String
    let processor: Duration? = nil
    private let load: Load
    private let api: any ClusterAPI

    /// - Parameter user: as whom it applies; `nil` for the client's own identity, whose rights nobody has to look up.
    init(_ client: KubernetesClient, _ name: String, _ round: Int, as user: Text? = nil) async throws {
        self.name = name
        load = try await Load(client, namespace: Text("bare-\(name.utf8.count)-\(round)"))
        api = client.acting(as: user.map { Impersonation(user: $0) })
        if user != nil { try await FleetFolder.allow(client, in: load.namespace) }
    }

    func prepare(_ phase: Phase) async throws {}
    func clean() async throws { try await load.remove() }

    func run(_ phase: Phase) async throws {
        let options = WriteOptions(manager: "benchmark", force: true)
        let (load, api) = (load, api)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<KubernetesBenchmark.concurrency {
                group.addTask {
                    for index in stride(
                        from: worker, to: MapsBenchmark.count, by: KubernetesBenchmark.concurrency)
                    {
                        let address = ObjectAddress(load.maps, namespace: load.namespace, name: Text("map-\(index)"))
                        try await api.apply(load.object(index, phase), at: address, options)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// `kubectl apply --server-side` of one file.
final class Kubectl: Subject {
    let name = "kubectl"
    private let load: Load
    private let file: String
    private let cost = Mutex<Child.Cost?>(nil)

    init(_ client: KubernetesClient, _ round: Int) async throws {
        load = try await Load(client, namespace: "kubectl-\(round)")
        file = NSTemporaryDirectory() + "trimtab-benchmark-\(getpid())-\(round).json"
    }

    /// Of the last run.
    var processor: Duration? { cost.withLock { $0?.processor } }

    func prepare(_ phase: Phase) async throws {
        let documents = (0..<MapsBenchmark.count).map {
            String(decoding: JSON.write(load.object($0, phase)), as: UTF8.self)
        }
        try documents.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    }

    func run(_ phase: Phase) async throws {
        let command = ["kubectl", "apply", "--server-side", "--force-conflicts", "--filename", file]
        let cost = try Child.run(command, output: "/dev/null")
        self.cost.withLock { $0 = cost }
    }

    func clean() async throws {
        try FileManager.default.removeItem(atPath: file)
        try await load.remove()
    }
}

enum Tool {
    /// Runs a program to its end; its output is returned.
    @discardableResult static func run(_ words: [String]) throws -> String {
        let file = NSTemporaryDirectory() + "trimtab-benchmark-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: file) }
        do { _ = try Child.run(words, output: file) } catch {
            let said = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            throw Child.Failed(description: "\(words.joined(separator: " ")): \(error): \(said.prefix(1000))")
        }
        return try String(contentsOfFile: file, encoding: .utf8)
    }
}

/// What the server does, by its own account and the kernel's.
struct ServerCounter {
    /// Processor time of the store and the API server so far; zero where they are not processes of this machine.
    func processor(of programs: [String] = ["etcd", "kube-apiserver"]) -> Duration {
        guard let plane = ProcessInfo.processInfo.environment["TRIMTAB_CONTROL_PLANE"] else { return .zero }
        return programs.reduce(.zero) { sum, program in
            let file = try? String(contentsOfFile: "\(plane)/\(program).pid", encoding: .utf8)
            let id = file.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            return sum + (id.flatMap { try? ProcessSample(of: $0).processor } ?? .zero)
        }
    }

    /// Returns once they have little to do: what controllers make of what was written before is behind them.
    func rest() async throws {
        var last = Duration.zero
        try await eventually("the server is at rest", within: .seconds(180), every: .seconds(2)) {
            let now = processor()
            defer { last = now }
            return now - last < .milliseconds(300)
        }
    }

    /// Requests for ConfigMaps that were answered.
    func count() throws -> Int {
        let metrics = try Tool.run(["kubectl", "get", "--raw", "/metrics"])
        return metrics.split(separator: "\n").reduce(0) { sum, line in
            guard line.hasPrefix("apiserver_request_total{"), line.contains("resource=\"configmaps\""),
                !line.contains("verb=\"WATCH\""), let number = line.split(separator: " ").last.flatMap({ Double($0) })
            else { return sum }
            return sum + Int(number)
        }
    }
}
