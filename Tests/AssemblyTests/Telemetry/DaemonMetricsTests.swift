// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct DaemonMetricsTests {
    @Test func `a daemon shows what it did, and its counters follow a hand edit that is healed`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            try await site.withDaemon {
                let before = try await site.withOperations { try await $0.checkpoint().size }
                let page = site.folder.appending(path: "fleet/sandbox/dev/srv/site/index.html")
                try Data("by hand".utf8).write(to: page)
                _ = try await site.next(.syncEnded, after: before)
                #expect(try String(contentsOf: page, encoding: .utf8) == "one")
                let text = try await site.get("/metrics")
                #expect(text.contains("# TYPE trimtab_units gauge\n"))
                let units = text.split(separator: "\n").filter { $0.hasPrefix("trimtab_units{") }
                #expect(units.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +) == 2)
                #expect(text.contains("trimtab_unit_health{health=\"Healthy\"} 2\n"))
                #expect(text.contains("trimtab_drifts_healed_total 1\n"))
                #expect(text.contains("trimtab_source_looks_total{result=\"ok\"}"))
                #expect(text.contains("trimtab_build_info{version=\"\(Build.version)\"} 1\n"))
            }
        }
    }

    @Test(.enabled(if: RealPrometheus.folder != nil, "needs scripts/lab/prometheus"))
    func `Prometheus' own linter finds nothing to say of what a daemon shows`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            try await site.withDaemon {
                try await site.wait { try await site.get("/metrics").contains("trimtab_renders_total{") }
                let text = try await site.get("/metrics")
                let said = try await Blocking.run { try RealPrometheus.promtool(["check", "metrics"], input: text) }
                #expect(said.status == 0 && said.text.isEmpty, "\(said.text)")
            }
        }
    }
}
