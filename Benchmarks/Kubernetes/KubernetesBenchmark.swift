// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import KubernetesClient
import Manifest

/// Trimtab on a real API server, beside what bounds it. `scripts/bench NAME` runs one of these beside a control plane of
/// its own:
///
///     kubernetes     1,000 ConfigMaps: a bare client, the program, kubectl
///     applications   BENCH_APPLICATIONS (20) applications of four objects from nothing, and then one idle minute
///     commits        from a commit to the applied object, one of BENCH_APPLICATIONS, BENCH_ROUNDS times, fetched from
///                    BENCH_OVER: folder, http or ssh
///     heals          from a foreign write to the healed object, among BENCH_OBJECTS (500), with BENCH_FOREIGN (0) ConfigMaps
///                    and Secrets of others beside them; memory
@main
enum KubernetesBenchmark {
    static let concurrency = 32

    static func main() async throws {
        let variables = ProcessInfo.processInfo.environment
        guard let kubeconfig = variables["KUBECONFIG"] else {
            print("KUBECONFIG names no cluster: scripts/bench kubernetes makes one")
            exit(1)
        }
        let connection = try await Connections.connection(file: Text(kubeconfig))
        let client = KubernetesClient(
            connection, options: KubernetesClient.Options(userAgent: "trimtab-benchmark", concurrency: concurrency))
        let applications = variables["BENCH_APPLICATIONS"].flatMap { Int($0) } ?? 20
        switch CommandLine.arguments.dropFirst().first ?? "kubernetes" {
        case "kubernetes": try await MapsBenchmark(connection: connection, client: client).run()
        case "applications": try await ApplicationsBenchmark(client: client, count: applications).run()
        case "commits":
            let over = variables["BENCH_OVER"] ?? "folder"
            try await CommitsBenchmark(client: client, count: applications, over: over).run()
        case "heals":
            let objects = variables["BENCH_OBJECTS"].flatMap { Int($0) } ?? 500
            let foreign = variables["BENCH_FOREIGN"].flatMap { Int($0) } ?? 0
            try await HealsBenchmark(client: client, count: objects, foreign: foreign).run()
        case let other:
            print("there is no benchmark \(other)")
            exit(64)
        }
        await client.shutdown()
    }
}
