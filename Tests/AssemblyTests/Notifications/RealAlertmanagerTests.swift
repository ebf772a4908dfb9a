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
}

/// Drift is an alert in a real Alertmanager, and is over when it is put back.
@Suite(.enabled(if: RealPrometheus.folder != nil, "needs scripts/lab/prometheus"), .timeLimit(.minutes(5)))
struct RealAlertmanagerTests {
    @Test func `what has drifted fires, and what is put back fires no more`() async throws {
        try await TrialSite.with { site in
            let port = try freePort()
            try site.write("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n", to: "alertmanager.yml")
            let server = Process()
            let folder = URL(fileURLWithPath: try #require(RealPrometheus.folder))
            server.executableURL = folder.appending(path: "alertmanager")
            // Its templates lie there.
            server.currentDirectoryURL = folder
            server.arguments = [
                "--config.file=\(site.folder.path)/alertmanager.yml", "--storage.path=\(site.folder.path)/alerts",
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
            ]
            server.standardOutput = FileHandle.nullDevice
            server.standardError = FileHandle.nullDevice
            try server.run()
            defer {
                _ = kill(server.processIdentifier, SIGKILL)
                server.waitUntilExit()
            }
            try site.write(
                "kind: Notification\nmetadata: {name: alerts}\nspec: {connection: alerts}\n",
                to: "fleet/platform/notifications.yaml")
            try site.writePrivate(
                "alertmanager: {url: \"http://127.0.0.1:\(port)\"}\nallow: [plainHTTP]\n",
                to: "state/notifications/alerts.yaml")
            try site.writeContent("one")
            let application = try site.read("fleet/projects/site/web.yaml")
            try site.write(
                application.replacing("drift: heal ", with: "drift: alert "), to: "fleet/projects/site/web.yaml")
            try await site.withDaemon {
                try await site.wait { (try? site.read("fleet/sandbox/dev/srv/site/index.html")) == "one" }
                try site.write("meddled", to: "fleet/sandbox/dev/srv/site/index.html")
                try await site.wait { try await names(port).contains("TrimtabDrift web dev") }
                // Whoever did it takes it back.
                try site.write("one", to: "fleet/sandbox/dev/srv/site/index.html")
                try await site.wait { try await !names(port).contains("TrimtabDrift web dev") }
            }
        }
    }

    /// The alerts that fire; none while the server does not answer.
    private func names(_ port: Int) async throws -> [String] {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v2/alerts?active=true")
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(10)) else { return [] }
        let body = try await response.body.collect(upTo: 1 << 20)
        return (try JSON.read(Array(body.readableBytesView)).arrayValue ?? []).map { alert in
            let labels = alert["labels"]?.textsByName ?? [:]
            return "\(labels["alertname"] ?? "") \(labels["application"] ?? "") \(labels["target"] ?? "")"
        }
    }
}
