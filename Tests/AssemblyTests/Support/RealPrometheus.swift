// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Foundation
import Glibc
import Manifest
import Model
import NIOCore
import TestSupport
import Testing

/// The programs of a real Prometheus: `TRIMTAB_PROMETHEUS` names their folder, and `scripts/lab/prometheus` fetches them.
enum RealPrometheus {
    static let folder = ProcessInfo.processInfo.environment["TRIMTAB_PROMETHEUS"].flatMap { $0.isEmpty ? nil : $0 }

    /// A server that runs until it is ended.
    struct Server {
        fileprivate let process: Process

        func end() {
            _ = kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    static func start(_ program: String, _ arguments: [String]) throws -> Server {
        let process = Process()
        let folder = URL(fileURLWithPath: try #require(folder))
        process.executableURL = folder.appending(path: program)
        // Alertmanager's templates lie there.
        process.currentDirectoryURL = folder
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return Server(process: process)
    }

    /// One that tells nobody.
    static func startAlertmanager(_ site: TrialSite, port: Int) throws -> Server {
        try site.write("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n", to: "alertmanager.yml")
        return try start(
            "alertmanager",
            [
                "--config.file=\(site.folder.path)/alertmanager.yml", "--storage.path=\(site.folder.path)/alerts",
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
            ])
    }

    /// The labels of the alerts that fire in an Alertmanager; none while it does not answer.
    static func alerts(_ port: Int) async throws -> [[Text: Text]] {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v2/alerts?active=true")
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(10)) else { return [] }
        let body = try await response.body.collect(upTo: 1 << 20)
        return (try JSON.read(Array(body.readableBytesView)).arrayValue ?? []).map { $0["labels"]?.textsByName ?? [:] }
    }

    /// What promtool says. Blocks.
    static func promtool(_ arguments: [String], input: String? = nil) throws -> TestProcess.Result {
        try TestProcess.run(try #require(folder) + "/promtool", arguments, input: input.map { Array($0.utf8) })
    }
}
