// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CoreMetrics
import Foundation
import Telemetry
import Testing

@Suite struct PrometheusTests {
    private func sample() -> PrometheusRegistry {
        let registry = PrometheusRegistry()
        registry.describe("trimtab_syncs", "Syncs by \"result\",\nand why.")
        registry.makeCounter(label: "trimtab_syncs", dimensions: [("unit", "a\"b\\c\nd"), ("result", "failed")])
            .increment(by: 2)
        registry.makeCounter(label: "trimtab_syncs", dimensions: [("result", "ok"), ("unit", "web")]).increment(by: 1)
        registry.makeMeter(label: "trimtab.units", dimensions: []).set(3.5)
        let timer = registry.makeTimer(label: "trimtab_sync", dimensions: [("target", "host")])
        timer.recordNanoseconds(3_000_000)
        timer.recordNanoseconds(400_000_000_000)
        return registry
    }

    @Test("The text has one form, ordered by names and labels") func text() {
        let lines = sample().exposition().split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("# ") } == [
                "# HELP trimtab_sync_seconds trimtab sync seconds", "# TYPE trimtab_sync_seconds histogram",
                #"# HELP trimtab_syncs_total Syncs by "result",\nand why."#, "# TYPE trimtab_syncs_total counter",
                "# HELP trimtab_units trimtab units", "# TYPE trimtab_units gauge",
                "# HELP trimtab_metrics_dropped_total Series beyond the budget, or of two kinds under one name.",
                "# TYPE trimtab_metrics_dropped_total counter",
            ])
        #expect(lines.last == "trimtab_metrics_dropped_total 0")
        #expect(lines.contains(#"trimtab_syncs_total{result="failed",unit="a\"b\\c\nd"} 2"#))
        #expect(lines.contains(#"trimtab_syncs_total{result="ok",unit="web"} 1"#))
        #expect(lines.contains("trimtab_units 3.5"))
        #expect(lines.contains(#"trimtab_sync_seconds_bucket{target="host",le="0.0025"} 0"#))
        #expect(lines.contains(#"trimtab_sync_seconds_bucket{target="host",le="0.005"} 1"#))
        #expect(lines.contains(#"trimtab_sync_seconds_bucket{target="host",le="300"} 1"#))
        #expect(lines.contains(#"trimtab_sync_seconds_bucket{target="host",le="+Inf"} 2"#))
        #expect(lines.contains(#"trimtab_sync_seconds_sum{target="host"} 400.003"#))
        #expect(lines.contains(#"trimtab_sync_seconds_count{target="host"} 2"#))
        #expect(sample().exposition() == sample().exposition())
    }

    @Test("One name and one set of labels is one series, in whatever order they come") func same() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "a", dimensions: [("x", "1"), ("y", "2")]).increment(by: 1)
        registry.makeCounter(label: "a_total", dimensions: [("y", "2"), ("x", "1")]).increment(by: 1)
        registry.makeFloatingPointCounter(label: "a", dimensions: [("y", "2"), ("x", "1")]).increment(by: 0.5)
        #expect(registry.exposition().contains("a_total{x=\"1\",y=\"2\"} 2.5\n"))
    }

    @Test("Series beyond the budget, and names with two meanings, are dropped and counted") func budget() {
        let registry = PrometheusRegistry(seriesBudget: 3)
        for index in 0..<5 {
            registry.makeCounter(label: "a", dimensions: [("n", "\(index)")]).increment(by: 1)
        }
        registry.makeMeter(label: "a_total", dimensions: [("n", "0")]).set(7.0)
        registry.makeMeter(label: "trimtab_metrics_dropped_total", dimensions: []).set(7.0)
        let text = registry.exposition()
        #expect(text.contains("a_total{n=\"2\"} 1\n"))
        #expect(!text.contains("a_total{n=\"3\"}"))
        #expect(text.contains("trimtab_metrics_dropped_total 4\n"))
    }

    @Test("A series that is destroyed makes room") func destroyed() {
        let registry = PrometheusRegistry(seriesBudget: 1)
        let meter = registry.makeMeter(label: "a", dimensions: [])
        registry.destroyMeter(meter)
        registry.makeMeter(label: "b", dimensions: []).set(1.0)
        #expect(registry.exposition().contains("b 1\n"))
        #expect(!registry.exposition().contains("a 0"))
    }

    @Test("Names and label values that are none are made harmless") func hostile() {
        let registry = PrometheusRegistry()
        let dimensions = [("a b", "\"\u{301}} 1\n"), ("a_b", "2")]
        registry.makeMeter(label: "9 lives\n# TYPE x counter", dimensions: dimensions).set(1.0)
        registry.makeMeter(label: "", dimensions: [("", "")]).set(Double.nan)
        let text = registry.exposition()
        #expect(text.contains("_9_lives___TYPE_x_counter{a_b=\"\\\"\u{301}} 1\\n\"} 1\n"))
        #expect(text.contains("_{_=\"\"} NaN\n"))
    }

    @Test("Counters never go down") func counters() {
        let registry = PrometheusRegistry()
        let counter = registry.makeFloatingPointCounter(label: "a", dimensions: [])
        for amount in [1, -5, Double.nan, .infinity, 2] { counter.increment(by: amount) }
        #expect(registry.exposition().contains("a_total 3\n"))
    }

    private static let python = "/usr/bin/python3"

    private static let reads = (try? ask(python, ["-c", "import prometheus_client.parser"], ""))?.status == 0

    private static func ask(
        _ program: String, _ arguments: [String], _ input: String
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let (sent, answered) = (Pipe(), Pipe())
        process.standardInput = sent
        process.standardOutput = answered
        process.standardError = answered
        try process.run()
        try sent.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try sent.fileHandleForWriting.close()
        let output = String(decoding: answered.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    @Test(
        "Prometheus' own client reads back what was counted",
        .enabled(if: reads, "python3-prometheus-client is not installed: scripts/setup does it"))
    func reader() throws {
        let program = """
            from prometheus_client.parser import text_string_to_metric_families
            for family in text_string_to_metric_families(__import__("sys").stdin.read()):
                for sample in family.samples:
                    print(family.type, sample.name, sorted(sample.labels.items()), sample.value)
            """
        let (status, output) = try Self.ask(Self.python, ["-c", program], sample().exposition())
        #expect(status == 0, "\(output)")
        let lines = output.split(separator: "\n").map(String.init)
        for line in [
            #"counter trimtab_syncs_total [('result', 'failed'), ('unit', 'a"b\\c\nd')] 2.0"#,
            "counter trimtab_syncs_total [('result', 'ok'), ('unit', 'web')] 1.0", "gauge trimtab_units [] 3.5",
            "histogram trimtab_sync_seconds_count [('target', 'host')] 2.0",
            "histogram trimtab_sync_seconds_bucket [('le', '+Inf'), ('target', 'host')] 2.0",
        ] {
            #expect(lines.contains(line), "\(output)")
        }
    }

    /// `scripts/lab/prometheus` fetches it; whoever has Prometheus installed has it, too.
    private static let promtool =
        ([ProcessInfo.processInfo.environment["TRIMTAB_PROMETHEUS"] ?? "", "/usr/bin", "/usr/local/bin"])
        .map { $0 + "/promtool" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: promtool != nil, "needs scripts/lab/prometheus"))
    func `Prometheus' own linter finds nothing to say`() throws {
        let verdict = try Self.ask(try #require(Self.promtool), ["check", "metrics"], sample().exposition())
        #expect(verdict.status == 0, "\(verdict.output)")
    }
}
