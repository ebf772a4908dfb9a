// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import CoreMetrics
import Synchronization

/// All metrics of a process, and their text for Prometheus (text format 0.0.4).
///
/// Counters get the suffix `_total` and timers `_seconds` where they lack it; timers and aggregating recorders are
/// histograms with fixed buckets. The order of the text depends on names and labels alone. The number of series has a
/// budget: what comes beyond it is dropped and counted in `trimtab_metrics_dropped_total`.
package final class PrometheusRegistry: MetricsFactory {
    /// In seconds.
    package static let timeBuckets = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ]
    /// For sizes and counts.
    package static let sizeBuckets = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    static let droppedName = "trimtab_metrics_dropped_total"

    private struct Family {
        var type: MetricType
        /// By the text of their labels.
        var series: [String: any Series] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var helps: [String: String] = [:]
        var count = 0
        var dropped: UInt64 = 0
    }

    private let budget: Int
    private let state = Mutex(State())

    package init(seriesBudget: Int = 10_000) { budget = seriesBudget }

    /// Says what a metric is about, in the text's `# HELP`; the name is the one that code uses.
    package func describe(_ label: String, _ help: String) {
        let name = MetricName.metric(label)
        state.withLock { state in
            for suffix in ["", "_total", "_seconds"] { state.helps[name + suffix] = help }
        }
    }

    /// The text of all metrics, with samples that were looked up for it. Of samples that a counted metric has the
    /// name of, none is shown.
    package func exposition(adding samples: [Sample] = []) -> String {
        let (families, helps, dropped) = state.withLock { ($0.families, $0.helps, $0.dropped) }
        var blocks: [String: (type: MetricType, lines: [String: String])] = [:]
        for (name, family) in families {
            var lines: [String: String] = [:]
            for (labels, series) in family.series { lines[labels] = series.lines(name: name, labels: labels) }
            blocks[name] = (family.type, lines)
        }
        for sample in samples where families[sample.name] == nil {
            let (name, labels) = (MetricName.metric(sample.name), MetricName.labels(sample.labels))
            let value = MetricName.number(sample.value)
            blocks[name, default: (sample.type, [:])].lines[labels] =
                labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
        }
        var text = ""
        for (name, block) in blocks.sorted(by: { $0.key < $1.key }) {
            let help = helps[name] ?? name.split(separator: "_").joined(separator: " ")
            text += "# HELP \(name) \(MetricName.escaped(help, quotes: false))\n"
            text += "# TYPE \(name) \(block.type.rawValue)\n"
            for (_, lines) in block.lines.sorted(by: { $0.key < $1.key }) { text += lines }
        }
        text += "# HELP \(Self.droppedName) Series beyond the budget, or of two kinds under one name.\n"
        text += "# TYPE \(Self.droppedName) counter\n\(Self.droppedName) \(dropped)\n"
        return text
    }

    /// The series of a name and labels, made at the first time; `nil` when there is no place for it.
    private func series<S: Series>(
        _ name: String, _ type: MetricType, _ dimensions: [(String, String)], make: () -> S
    ) -> S? {
        let labels = MetricName.labels(dimensions)
        return state.withLock { state in
            var family = state.families[name] ?? Family(type: type)
            if let known = family.series[labels] as? S { return known }
            guard family.type == type, family.series[labels] == nil, state.count < budget, name != Self.droppedName
            else {
                state.dropped &+= 1
                return nil
            }
            let series = make()
            family.series[labels] = series
            state.families[name] = family
            state.count += 1
            return series
        }
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            for (name, family) in state.families {
                guard let labels = family.series.first(where: { $0.value === handler })?.key else { continue }
                state.families[name]?.series[labels] = nil
                if family.series.count == 1 { state.families[name] = nil }
                state.count -= 1
                return
            }
        }
    }
}

extension PrometheusRegistry {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let name = Self.suffixed(label, "_total")
        return series(name, .counter, dimensions, make: CounterSeries.init) ?? DroppedSeries()
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        let name = Self.suffixed(label, "_total")
        return series(name, .counter, dimensions, make: CounterSeries.init) ?? DroppedSeries()
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(MetricName.metric(label), .gauge, dimensions, make: GaugeSeries.init) ?? DroppedSeries()
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let name = MetricName.metric(label)
        guard aggregate else { return series(name, .gauge, dimensions, make: GaugeSeries.init) ?? DroppedSeries() }
        return series(name, .histogram, dimensions) { HistogramSeries(bounds: Self.sizeBuckets) } ?? DroppedSeries()
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = Self.suffixed(label, "_seconds")
        return series(name, .histogram, dimensions) { HistogramSeries(bounds: Self.timeBuckets) } ?? DroppedSeries()
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private static func suffixed(_ label: String, _ suffix: String) -> String {
        let name = MetricName.metric(label)
        return name.hasSuffix(suffix) ? name : name + suffix
    }
}
