// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import TestSupport
import Testing

/// The alert rules and the dashboard name metrics that there are, with labels and values that they have.
@Suite struct AlertRuleTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    private static let files = ["deploy/prometheus/trimtab.rules.yaml", "deploy/grafana/trimtab.json"]

    private func read(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    /// Names of metrics, by the table of docs/metrics.md, which is held against what `/metrics` shows.
    private func known() throws -> [String: (kind: String, labels: [String])] {
        var known: [String: (kind: String, labels: [String])] = [:]
        for line in try read("docs/metrics.md").split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 3, ["gauge", "counter", "histogram"].contains(cells[1]) else { continue }
            let labels = cells[2].split(separator: ",").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
            }
            known[cells[0].trimmingCharacters(in: CharacterSet(charactersIn: "`"))] = (cells[1], labels)
        }
        return known
    }

    @Test(arguments: files) func `every metric that is named exists, with these labels`(file: String) throws {
        let known = try known()
        #expect(known.count > 20)
        let text = try read(file)
        var named: Set<String> = []
        for match in text.matches(of: /\b((?:trimtab|process)_[a-z_]+)(\{[^}]*\})?/) {
            var name = String(match.output.1)
            // Of what stands in words and in addresses.
            if name == "trimtab_" { continue }
            for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) && known[name] == nil {
                name = String(name.dropLast(suffix.count))
                #expect(known[name]?.kind == "histogram", "\(match.output.1) in \(file)")
            }
            guard let metric = known[name] else {
                Issue.record("\(match.output.1) in \(file) is no metric")
                continue
            }
            named.insert(name)
            for label in (match.output.2 ?? "").matches(of: /([a-z_]+)\s*(?:=~|!=|!~|=)/) {
                let isKnown = metric.labels.contains(String(label.output.1)) || label.output.1 == "instance"
                #expect(isKnown, "\(match.output.0) in \(file)")
            }
        }
        #expect(named.count >= 10)
    }

    @Test func `the dashboard is JSON whose panels have places of their own`() throws {
        let dashboard = try JSON.read(Array(try read(Self.files[1]).utf8))
        let panels = try #require(dashboard["panels"]?.arrayValue)
        #expect(Set(panels.compactMap { $0["id"]?.intValue }).count == panels.count)
        #expect(panels.allSatisfy { !($0["targets"]?.arrayValue ?? []).isEmpty })
    }

    @Test(.enabled(if: RealPrometheus.folder != nil, "needs scripts/lab/prometheus"))
    func `promtool accepts the rules`() async throws {
        let path = Self.root.appending(path: Self.files[0]).path
        let said = try await Blocking.run { try RealPrometheus.promtool(["check", "rules", path]) }
        #expect(said.status == 0 && said.text.contains("SUCCESS"), "\(said.text)")
    }

    private static let scenes = "Tests/AssemblyTests/Telemetry/Rules/trimtab.test.yaml"

    @Test(.enabled(if: RealPrometheus.folder != nil, "needs scripts/lab/prometheus"))
    func `the rules fire when they should, and not when all is well`() async throws {
        let path = Self.root.appending(path: Self.scenes).standardizedFileURL.path
        let said = try await Blocking.run { try RealPrometheus.promtool(["test", "rules", path]) }
        #expect(said.status == 0 && said.text.contains("SUCCESS"), "\(said.text)")
    }

    @Test func `every alert is seen firing and silent`() throws {
        let alerts = try read(Self.files[0]).matches(of: /- alert: (\w+)/).map { String($0.output.1) }
        let scenes = try read(Self.scenes)
        #expect(alerts.count >= 15)
        for alert in alerts {
            #expect(scenes.contains("alertname: \(alert)\n        exp_alerts:\n"), "\(alert) never fires")
            #expect(scenes.contains("alertname: \(alert)}\n"), "\(alert) is never silent")
        }
    }
}
