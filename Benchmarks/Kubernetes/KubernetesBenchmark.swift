// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import KubernetesClient
import Manifest

/// 1,000 ConfigMaps of 1.6 kB on a real API server: created, changed, and applied once more though nothing changed; by
/// our bare client, which is the ceiling of whatever stands upon it, and by kubectl. `scripts/bench kubernetes` runs it
/// beside a control plane of its own.
@main
enum KubernetesBenchmark {
    static let count = 1000
    static let concurrency = 32

    static func main() async throws {
        let variables = ProcessInfo.processInfo.environment
        guard let kubeconfig = variables["KUBECONFIG"] else {
            print("KUBECONFIG names no cluster: scripts/bench kubernetes makes one")
            exit(1)
        }
        let connection = try await Connections.connection(file: Text(kubeconfig))
        var options = KubernetesClient.Options(userAgent: "trimtab-benchmark", concurrency: concurrency)
        let client = KubernetesClient(connection, options: options)
        options.usesHTTP2 = true
        let multiplexed = KubernetesClient(connection, options: options)
        let server = ServerCounter()
        var rows: [Row] = []
        // In turn, twice: what the server does in the background hits all alike.
        for round in 1...2 {
            let subjects: [any Subject] = [
                try await BareClient(client, "bare client", round),
                try await BareClient(multiplexed, "bare client, HTTP/2", round),
                try await Kubectl(client, round),
            ]
            for subject in subjects {
                for phase in Phase.allCases {
                    try await subject.prepare(phase)
                    let before = try server.count()
                    let began = ContinuousClock.now
                    let processor = processorTime()
                    try await subject.run(phase)
                    let row = Row(
                        subject: subject.name, phase: phase, wall: .now - began,
                        processor: subject.processor ?? processorTime() - processor,
                        requests: try server.count() - before)
                    rows.append(row)
                    print(row.line)
                }
                try await subject.clean()
            }
        }
        print("")
        report(rows)
        await client.shutdown()
        await multiplexed.shutdown()
    }

    private static func report(_ rows: [Row]) {
        print("| 1,000 ConfigMaps of 1.6 kB | by | objects/s | requests | client's processor time |")
        print("|---|---|---|---|---|")
        for phase in Phase.allCases {
            for name in ["bare client", "bare client, HTTP/2", "kubectl"] {
                let mine = rows.filter { $0.phase == phase && $0.subject == name }
                guard let best = mine.min(by: { $0.wall < $1.wall }) else { continue }
                print("| \(phase.rawValue) | \(name) | \(best.rate) | \(best.requests) | \(best.processor.seconds) s |")
            }
        }
    }

    private static func processorTime() -> Duration {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return .seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + .microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }
}

enum Phase: String, CaseIterable {
    case created, updated
    case unchanged

    /// What the objects hold in it.
    var content: Int { self == .created ? 1 : 2 }
}

struct Row {
    var subject: String
    var phase: Phase
    var wall: Duration
    var processor: Duration
    var requests: Int

    var rate: Int { Int(Double(KubernetesBenchmark.count) / (wall / .seconds(1))) }
    var line: String { "\(subject), \(phase.rawValue): \(wall.seconds) s, \(rate) objects/s, \(requests) requests" }
}

extension Duration {
    var seconds: String { String(format: "%.2f", self / .seconds(1)) }
}
