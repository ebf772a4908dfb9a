// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// A real Prometheus scrapes a daemon on the network, and our rules fire into a real Alertmanager.
@Suite(.enabled(if: RealPrometheus.folder != nil, "needs scripts/lab/prometheus"), .timeLimit(.minutes(5)))
struct RealPrometheusTests {
    private static let rules = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../deploy/prometheus/trimtab.rules.yaml")

    /// Our own rules, but for the patience: what they wait for minutes for is told after a second.
    private func writeRules(_ site: TrialSite) throws {
        let text = try String(contentsOf: Self.rules, encoding: .utf8)
        try site.write(text.replacing(/for: [0-9]+m/, with: "for: 1s"), to: "rules.yml")
    }

    private func writeConfiguration(_ site: TrialSite, hub: Int, alerts: Int) throws {
        try site.write(
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [rules.yml]
            alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:\(alerts)"]}]}]}
            scrape_configs:
              - job_name: trimtab
                authorization: {credentials_file: \(site.folder.path)/scrape.token}
                static_configs: [{targets: ["127.0.0.1:\(hub)"], labels: {instance: hub}}]

            """, to: "prometheus.yml")
    }

    @Test func `a unit that fails fires our rule in Alertmanager, and no more when it is mended`() async throws {
        try await TrialSite.with { site in
            let (hub, port, alerts) = (try freePort(), try freePort(), try freePort())
            try writeRules(site)
            try writeConfiguration(site, hub: hub, alerts: alerts)
            try await site.deploy("one")
            let alertmanager = try RealPrometheus.startAlertmanager(site, port: alerts)
            defer { alertmanager.end() }
            let listen = DaemonRequest.Listen(address: NetworkAddress(host: "127.0.0.1", port: hub))
            try await site.withDaemon(listen: listen) {
                let made = await site.trimtab("auth", "token", "create", "scrape", "--allow", "read")
                #expect(made.status == .success, "\(made.errors)")
                try site.writePrivate(made.output, to: "scrape.token")
                let prometheus = try RealPrometheus.start(
                    "prometheus",
                    [
                        "--config.file=\(site.folder.path)/prometheus.yml",
                        "--storage.tsdb.path=\(site.folder.path)/series", "--web.listen-address=127.0.0.1:\(port)",
                    ])
                defer { prometheus.end() }
                // A path that the project may not touch.
                let declared = try site.read("fleet/apps/web/site.yaml")
                try site.write(declared.replacing("/srv/site/", with: "/etc/"), to: "fleet/apps/web/site.yaml")
                @Sendable func told() async throws -> [[Text: Text]] {
                    try await RealPrometheus.alerts(alerts).filter { $0["alertname"] == "TrimtabUnitsNeedSomebody" }
                }
                try await site.wait { try await !told().isEmpty }
                let labels = try #require(try await told().first)
                #expect(labels["instance"] == "hub" && labels["severity"] == "warning", "\(labels)")
                #expect(["Blocked", "Failed"].contains(labels["sync_state"]), "\(labels)")
                // What is scraped is not taken for a hub that is down.
                let names = try await RealPrometheus.alerts(alerts).map { $0["alertname"] }
                #expect(!names.contains("TrimtabDown"))
                try site.write(declared, to: "fleet/apps/web/site.yaml")
                try await site.wait { try await told().isEmpty }
            }
        }
    }

    @Test func `a hub that lets nobody scrape is one that is down`() async throws {
        try await TrialSite.with { site in
            let (hub, port, alerts) = (try freePort(), try freePort(), try freePort())
            try writeRules(site)
            try writeConfiguration(site, hub: hub, alerts: alerts)
            try site.writePrivate("trimtab_scrape_wrong", to: "scrape.token")
            try await site.deploy("one")
            let alertmanager = try RealPrometheus.startAlertmanager(site, port: alerts)
            defer { alertmanager.end() }
            let listen = DaemonRequest.Listen(address: NetworkAddress(host: "127.0.0.1", port: hub))
            try await site.withDaemon(listen: listen) {
                let prometheus = try RealPrometheus.start(
                    "prometheus",
                    [
                        "--config.file=\(site.folder.path)/prometheus.yml",
                        "--storage.tsdb.path=\(site.folder.path)/series", "--web.listen-address=127.0.0.1:\(port)",
                    ])
                defer { prometheus.end() }
                try await site.wait {
                    try await RealPrometheus.alerts(alerts).contains { $0["alertname"] == "TrimtabDown" }
                }
            }
        }
    }
}
