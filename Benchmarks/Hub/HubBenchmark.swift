// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation

/// The hub of a large fleet, as a whole: a daemon of its own process, asked over TLS on loopback.
@main
enum HubBenchmark {
    static func main() async throws {
        let wanted = Set(CommandLine.arguments.dropFirst())
        let count = ProcessInfo.processInfo.environment["BENCH_APPLICATIONS"].flatMap { Int($0) } ?? 5000
        let began = ContinuousClock.now
        let fleet = try HubFleet(applications: count)
        defer { fleet.end() }
        let sample = try ProcessSample(of: fleet.daemon.id)
        print(
            "\(fleet.units) units at rest after \((ContinuousClock.now - began).inSeconds), resident \(sample.resident >> 10) MB, at the most \(sample.peak >> 10) MB"
        )
        if wanted.contains("units") { try await UnitsBenchmark.run(fleet) }
        if wanted.contains("streams") { try await StreamsBenchmark.run(fleet) }
        if wanted.contains("load") { try LoadBenchmark.run(fleet) }
    }
}
