// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CoreMetrics
import Synchronization

/// What a metric is, as `# TYPE` names it.
enum MetricType: String, Sendable {
    case counter, gauge, histogram
}

/// The values of one metric under one set of labels.
protocol Series: AnyObject, Sendable {
    /// Lines of the text format, each with its line feed.
    func lines(name: String, labels: String) -> String
}

extension Series {
    func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}

/// Counts up; a negative or meaningless increment is dropped.
final class CounterSeries: Series, CounterHandler, FloatingPointCounterHandler {
    private let value = Mutex(0.0)

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        value.withLock { $0 += amount }
    }

    func reset() { value.withLock { $0 = 0 } }

    func lines(name: String, labels: String) -> String {
        line(name, labels, MetricName.number(value.withLock { $0 }))
    }
}

/// Goes up and down.
final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func lines(name: String, labels: String) -> String {
        line(name, labels, MetricName.number(value.withLock { $0 }))
    }
}

/// Counts values by size, in fixed buckets.
final class HistogramSeries: Series, RecorderHandler, TimerHandler {
    private struct State {
        /// One more than there are bounds: the last is for what exceeds them all.
        var counts: [UInt64]
        var sum = 0.0
    }

    /// Ascending.
    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] &+= 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func lines(name: String, labels: String) -> String {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        var text = ""
        var total: UInt64 = 0
        for (bound, count) in zip(bounds + [.infinity], counts) {
            total &+= count
            let bucket = "le=\"\(MetricName.number(bound))\""
            text += line(name + "_bucket", labels.isEmpty ? bucket : labels + "," + bucket, String(total))
        }
        text += line(name + "_sum", labels, MetricName.number(sum))
        text += line(name + "_count", labels, String(total))
        return text
    }
}

/// Takes what has no place: beyond the budget, or under a name that means something else.
final class DroppedSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    func increment(by amount: Int64) {}
    func increment(by amount: Double) {}
    func decrement(by amount: Double) {}
    func reset() {}
    func set(_ value: Int64) {}
    func set(_ value: Double) {}
    func record(_ value: Int64) {}
    func record(_ value: Double) {}
    func recordNanoseconds(_ duration: Int64) {}
}
