// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Manifest
import Synchronization

/// The program that is measured.
final class Program: Sendable {
    static let path = ProcessInfo.processInfo.environment["TRIMTAB"].flatMap { $0.isEmpty ? nil : $0 }

    private let path: String
    private let fleet: FleetFolder
    private let cost = Mutex<Child.Cost?>(nil)

    init(_ fleet: FleetFolder) throws {
        guard let path = Self.path else { throw Child.Failed(description: "TRIMTAB names no program") }
        self.path = path
        self.fleet = fleet
    }

    /// Of the last run.
    var processor: Duration { cost.withLock { $0?.processor ?? .zero } }

    func run(_ arguments: [String]) throws {
        let cost = try Child.run([path] + arguments + ["--state", fleet.state], output: fleet.log)
        self.cost.withLock { $0 = cost }
    }

    /// How long the last sync took, by its events in the journal; `nil` when there was none.
    func lastSync() throws -> Duration? {
        let log = try Tool.run([path, "log", "--state", fleet.state, "--output", "json"])
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var times: [Text: Date] = [:]
        for line in log.split(separator: "\n") {
            let event = try JSON.read(Array(line.utf8))
            guard let kind = event["kind"]?.stringValue, let time = event["time"]?.stringValue else { continue }
            times[kind] = try format.parse(time.string)
        }
        guard let began = times["syncStarted"], let ended = times["syncEnded"] else { return nil }
        return .seconds(ended.timeIntervalSince(began))
    }

    /// Keeps the fleet while the closure runs.
    ///
    /// - Parameter server: where it fetches it from; `nil` for its folder.
    func serving(from server: FleetServer? = nil, _ body: (Daemon) async throws -> Void) async throws {
        let place = (server ?? .folder(fleet)).arguments
        let child = try Child([path, "run"] + place + ["--state", fleet.state], output: fleet.log)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(Daemon(fleet: fleet, process: child)))
        } catch {
            result = .failure(error)
        }
        try child.terminate()
        try result.get()
    }
}

/// A program that runs, as the kernel and its own account show it.
struct Daemon: Sendable {
    let fleet: FleetFolder
    let process: Child

    private var socket: DaemonSocket { DaemonSocket(path: fleet.state + "/trimtab.sock") }

    /// Looks for new commits at once.
    func hint() throws { _ = try socket.ask("POST", "/v1/refresh", body: "{}") }

    /// Attempts included.
    func requests() throws -> Int { Int(try socket.sum("trimtab_cluster_requests_total")) }

    func sample() throws -> ProcessSample { try ProcessSample(of: process.id) }

    /// Waits until so many units are in sync.
    func becomesApplied(_ units: Int) async throws {
        try await eventually(
            "\(units) units are in sync; see \(fleet.log)", within: patience(units), every: .milliseconds(200)
        ) {
            (try? socket.figure("trimtab_units{sync_state=\"InSync\"}")) == Double(units)
        }
    }

    /// A tenth of what a unit took before it was ever made faster, and the start.
    private func patience(_ units: Int) -> Duration { .seconds(120) + .seconds(units) / 2 }

    /// Waits until so many units are in sync and healthy.
    func becomesWell(_ units: Int) async throws {
        try await eventually(
            "\(units) units are in sync and healthy; see \(fleet.log)", within: patience(units),
            every: .milliseconds(200)
        ) {
            let names = ["trimtab_units{sync_state=\"InSync\"}", "trimtab_unit_health{health=\"Healthy\"}"]
            return (try? socket.figures(names)) == [Double(units), Double(units)]
        }
    }
}

extension ProcessSample {
    /// For tables.
    var residentInMiB: String { "\(resident >> 10) MiB" }
    var peakInMiB: String { "\(peak >> 10) MiB" }
}
