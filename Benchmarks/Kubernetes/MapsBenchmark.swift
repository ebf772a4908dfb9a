// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import KubernetesClient
import Manifest

/// 1,000 ConfigMaps of 1.6 kB: created, changed, and applied once more though nothing changed; by our bare client, which
/// is the ceiling of whatever stands upon it, by the program, and by kubectl.
struct MapsBenchmark {
    static let count = 1000

    let connection: Connection
    let client: KubernetesClient

    func run() async throws {
        let multiplexed = KubernetesClient(
            connection,
            options: {
                var options = KubernetesClient.Options(
                    userAgent: "trimtab-benchmark", concurrency: KubernetesBenchmark.concurrency)
                options.usesHTTP2 = true
                return options
            }())
        let server = ServerCounter()
        var rows: [Row] = []
        var done: [any Subject] = []
        // In turn, twice: what the server does in the background hits all alike.
        for round in 1...2 {
            var subjects: [any Subject] = [
                try await BareClient(client, "bare client", round),
                try await BareClient(client, "bare client, as the project's user", round, as: FleetFolder.user),
                try await BareClient(multiplexed, "bare client, HTTP/2", round),
            ]
            if Program.path != nil { subjects.append(try await Trimtab(client, round)) }
            subjects.append(try await Kubectl(client, round))
            for subject in subjects {
                for phase in Phase.allCases {
                    try await subject.prepare(phase)
                    let before = try server.count()
                    let processor = (own: processorTime(), server: server.processor())
                    let began = ContinuousClock.now
                    try await subject.run(phase)
                    let row = Row(
                        subject: subject.name, phase: phase, wall: .now - began,
                        processor: subject.processor ?? processorTime() - processor.own,
                        server: server.processor() - processor.server, requests: try server.count() - before)
                    rows.append(row)
                    print(row.line)
                    guard let sync = try subject.sync, phase != .unchanged else { continue }
                    rows.append(
                        Row(
                            subject: Trimtab.sync, phase: phase, wall: sync, processor: row.processor,
                            server: row.server, requests: row.requests))
                    print(rows[rows.count - 1].line)
                }
                done.append(subject)
            }
        }
        // Not before: the server deletes what lies in a namespace five seconds after it was told to, while whoever is
        // measured next has it busy.
        for subject in done { try await subject.clean() }
        print("")
        report(rows)
        await multiplexed.shutdown()
    }

    private func report(_ rows: [Row]) {
        print("| 1,000 ConfigMaps of 1.6 kB | by | objects/s | requests | processor time: client, server |")
        print("|---|---|---|---|---|")
        for phase in Phase.allCases {
            var names: [String] = []
            for row in rows where row.phase == phase && !names.contains(row.subject) { names.append(row.subject) }
            for name in names {
                let mine = rows.filter { $0.phase == phase && $0.subject == name }
                guard let best = mine.min(by: { $0.wall < $1.wall }),
                    let least = mine.min(by: { $0.processor + $0.server < $1.processor + $1.server })
                else { continue }
                let times = "\(least.processor.inSeconds), \(least.server.inSeconds)"
                print("| \(phase.rawValue) | \(name) | \(best.rate) | \(best.requests) | \(times) |")
            }
        }
    }

    private func processorTime() -> Duration {
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
    /// Processor time of the store and the API server meanwhile, which other work on the machine does not change.
    var server: Duration
    var requests: Int

    var rate: Int { Int(Double(MapsBenchmark.count) / (wall / .seconds(1))) }
    var line: String { "\(subject), \(phase.rawValue): \(wall.inSeconds), \(rate) objects/s, \(requests) requests" }
}

/// The program, process and rendering and journal included: one round over a folder that holds the objects.
final class Trimtab: Subject {
    /// A part of the same run.
    static let sync = "its sync alone, by the journal"

    let name = "trimtab sync --once"
    private let load: Load
    private let fleet: FleetFolder
    private let program: Program

    init(_ client: KubernetesClient, _ round: Int) async throws {
        load = try await Load(client, namespace: Text("trimtab-\(round)"))
        fleet = try FleetFolder(namespace: load.namespace)
        program = try Program(fleet)
        try await fleet.allow(client)
    }

    var processor: Duration? { program.processor }
    var sync: Duration? { get throws { try program.lastSync() } }

    func prepare(_ phase: Phase) async throws {
        // Git has nothing to commit then.
        guard phase != .unchanged else { return }
        let documents = (0..<MapsBenchmark.count).map {
            String(decoding: JSON.write(load.object($0, phase)), as: UTF8.self)
        }
        try fleet.declare("maps", ["maps.yaml": documents.joined(separator: "\n---\n")])
        try fleet.commit()
    }

    func run(_ phase: Phase) async throws { try program.run(["sync", "--once", "--fleet", fleet.path]) }

    func clean() async throws {
        try fleet.remove()
        try await load.remove()
    }
}
