// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import TestSupport
import Testing

/// Drift is an alert in a real Alertmanager, and is over when it is put back.
@Suite(.enabled(if: RealPrometheus.folder != nil, "needs scripts/lab/prometheus"), .timeLimit(.minutes(5)))
struct RealAlertmanagerTests {
    @Test func `what has drifted fires, and what is put back fires no more`() async throws {
        try await TrialSite.with { site in
            let port = try freePort()
            let server = try RealPrometheus.startAlertmanager(site, port: port)
            defer { server.end() }
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

    private func names(_ port: Int) async throws -> [String] {
        try await RealPrometheus.alerts(port).map { labels in
            "\(labels["alertname"] ?? "") \(labels["application"] ?? "") \(labels["target"] ?? "")"
        }
    }
}
