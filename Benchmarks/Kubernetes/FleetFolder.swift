// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import KubernetesClient
import Manifest
import Synchronization

/// A fleet in a Git repository of its own, whose applications go into one namespace, and the state folder of whoever
/// applies it.
struct FleetFolder: Sendable {
    let folder: URL
    let namespace: Text

    var path: String { folder.appendingPathComponent("fleet").path }
    var state: String { folder.appendingPathComponent("state").path }

    init(namespace: Text) throws {
        self.namespace = namespace
        folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("trimtab-benchmark-\(UUID())")
        let connections = folder.appendingPathComponent("state/connections")
        try FileManager.default.createDirectory(
            at: connections, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let kubeconfig = ProcessInfo.processInfo.environment["KUBECONFIG"] ?? ""
        let copy = connections.appendingPathComponent("lab.kubeconfig")
        try FileManager.default.copyItem(at: URL(fileURLWithPath: kubeconfig), to: copy)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy.path)
        try write(
            "kind: Fleet\nmetadata: {name: bench}\nspec: {platform: platform/, projects: projects/}\n", "fleet.yaml")
        try write(
            """
            kind: Target
            metadata: {name: lab, labels: {on: k8s}}
            spec: {kubernetes: {connection: lab}}
            ---
            kind: Project
            metadata: {name: shop}
            spec:
              sources: [fleet]
              limits:
                - on: {on: k8s}
                  kubernetes: {namespaces: [\(namespace)], identity: {user: trimtab-benchmark}}

            """, "platform/all.yaml")
        try Tool.run(["git", "-C", path, "init", "--quiet"])
    }

    func write(_ content: String, _ file: String) throws {
        let place = folder.appendingPathComponent("fleet/" + file)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: place)
    }

    /// An application with its files.
    func declare(_ application: String, _ files: [String: String]) throws {
        for (file, content) in files { try write(content, "apps/\(application)/\(file)") }
        try write(
            """
            kind: Application
            metadata: {name: \(application)}
            spec:
              source: {path: apps/\(application)}
              targets: {on: k8s}
              namespace: \(namespace)

            """, "projects/shop/\(application).yaml")
    }

    func commit() throws {
        let who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
        try Tool.run(["git", "-C", path, "add", "--all"])
        try Tool.run(["git", "-C", path] + who + ["commit", "--quiet", "--message", "Change"])
    }

    /// What the project's user needs.
    func allow(_ client: KubernetesClient) async throws {
        let bindings = try await client.resource(
            of: GroupVersionKind(group: "rbac.authorization.k8s.io", version: "v1", kind: "RoleBinding"))
        try await client.apply(
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                "metadata": ["name": "bench", "namespace": .string(namespace)],
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"],
                "subjects": [
                    ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "trimtab-benchmark"]
                ],
            ], at: ObjectAddress(bindings, namespace: namespace, name: "bench"), WriteOptions(manager: "benchmark"))
        let maps = ResourceType(group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true)
        let user: any ClusterAPI = client.acting(as: Impersonation(user: "trimtab-benchmark"))
        let question = AccessQuestion("patch", maps, namespace: namespace)
        while try await !user.review(question).isAllowed { try await Task.sleep(for: .milliseconds(20)) }
    }

    func remove() throws { try FileManager.default.removeItem(at: folder) }
}

/// The program that is measured.
final class Program: Sendable {
    static let path = ProcessInfo.processInfo.environment["TRIMTAB"].flatMap { $0.isEmpty ? nil : $0 }

    private let fleet: FleetFolder
    private let before = Mutex(Duration.zero)

    init(_ fleet: FleetFolder) throws {
        guard Self.path != nil else { throw Tool.Failed(words: ["TRIMTAB names no program"]) }
        self.fleet = fleet
    }

    /// Of the last run.
    var processor: Duration { Tool.processorTimeOfChildren() - before.withLock { $0 } }

    @discardableResult
    func run(_ arguments: [String]) throws -> String {
        before.withLock { $0 = Tool.processorTimeOfChildren() }
        return try Tool.run([Self.path ?? "trimtab"] + arguments + ["--state", fleet.state])
    }

    /// Keeps the fleet while the closure runs.
    func serving(_ body: (Daemon) async throws -> Void) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path ?? "trimtab")
        process.arguments = ["run", "--fleet", fleet.path, "--state", fleet.state]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let daemon = Daemon(fleet: fleet, process: process.processIdentifier)
        let result: Result<Void, any Error>
        do { result = .success(try await body(daemon)) } catch { result = .failure(error) }
        process.terminate()
        process.waitUntilExit()
        try result.get()
    }
}

/// A program that runs, as the kernel and its own account show it.
struct Daemon: Sendable {
    let fleet: FleetFolder
    let process: Int32

    private var socket: String { fleet.state + "/trimtab.sock" }

    /// Looks for new commits at once.
    func hint() throws {
        try Tool.run([
            "curl", "--silent", "--fail", "--output", "/dev/null", "--unix-socket", socket, "--header",
            "content-type: application/json", "--data", "{}", "http://trimtab/v1/refresh",
        ])
    }

    private func metrics() throws -> [Substring] {
        try Tool.run(["curl", "--silent", "--unix-socket", socket, "http://trimtab/metrics"]).split(separator: "\n")
    }

    private func sum(_ prefix: String) throws -> Int {
        try metrics().filter { $0.hasPrefix(prefix) }
            .reduce(0) { $0 + Int($1.split(separator: " ").last.flatMap { Double($0) } ?? 0) }
    }

    /// Attempts included.
    func requests() throws -> Int { try sum("trimtab_cluster_requests_total") }

    /// Waits until so many units are in sync and healthy.
    func becomesWell(_ units: Int) async throws {
        while true {
            if let inSync = try? sum("trimtab_units{sync_state=\"InSync\"}"),
                let healthy = try? sum("trimtab_unit_health{health=\"Healthy\"}"), inSync == units, healthy == units
            {
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// MiB, now and at most so far.
    func memory() throws -> (now: Int, peak: Int) {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8).split(separator: "\n")
        func field(_ name: String) -> Int {
            let line = status.first { $0.hasPrefix(name) }
            return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
        }
        return (field("VmRSS:"), field("VmHWM:"))
    }

    func processor() throws -> Duration {
        let fields = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8).split(separator: " ")
        return .milliseconds(((Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0)) * 10)
    }
}
