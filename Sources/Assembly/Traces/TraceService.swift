// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Journal
import Logging
import Manifest
import Model
import Notifications
import ServiceLifecycle
import Telemetry

/// Tells a collector how commits come to units. Follows the journal at its own pace: nothing waits for it, and what a
/// collector does not take in time is dropped and counted.
struct TraceService: Service {
    let exporter: TraceExporter

    func run() async throws {
        await cancelWhenGracefulShutdown { await exporter.run() }
    }
}

actor TraceExporter {
    enum Result: String, Sendable, CaseIterable {
        case sent, dropped
    }

    private let state: String
    private let journal: Journal
    private let clocks: Clocks
    private let log: Logger
    private let complaints: Complaints
    private let count: @Sendable (Result, Int) -> Void
    private let transport = NotificationTransport()

    private var traces = CommitTraces()
    private var queue = SpanQueue()
    /// The last event that was followed.
    private var position: UInt64
    private var notBefore: Moment?
    private var failures = 0
    /// Whether the file that says who is told could not be read.
    private var isMisread = false
    private var isOn = false

    private static let page = 1000
    /// What comes within it is told together.
    private static let pause = Duration.seconds(2)
    /// How often it is looked whether somebody wants to be told.
    private static let patience = Duration.seconds(10)

    init(
        state: String, journal: Journal, clocks: Clocks, log: Logger, complaints: Complaints,
        count: @escaping @Sendable (Result, Int) -> Void
    ) {
        self.state = state
        self.journal = journal
        self.clocks = clocks
        self.log = log
        self.complaints = complaints
        self.count = count
        position = journal.newest
    }

    func run() async {
        while !Task.isCancelled {
            let pause = await step()
            try? await clocks.sleep(clocks.monotonic().advanced(by: pause))
        }
    }

    /// Follows what came, and tells what is due.
    /// - Returns: how long nothing need be done.
    func step() async -> Duration {
        let collector: TraceCollector?
        do {
            collector = try await TraceCollector.read(state: state)
            // What is wrong with a collector stays so until it takes something.
            if isMisread || collector == nil { withdraw() }
            isMisread = false
        } catch {
            complain(error.reason)
            isMisread = true
            collector = nil
        }
        guard let collector else {
            // What happens while nobody wants to know is not told later.
            position = journal.newest
            if isOn { (traces, isOn) = (CommitTraces(), false) }
            drop(queue.clear())
            return Self.patience
        }
        isOn = true
        await follow()
        while !queue.isEmpty, notBefore.map({ clocks.monotonic() >= $0 }) ?? true, !Task.isCancelled {
            guard await tell(collector) else { break }
        }
        return Self.pause
    }

    private func follow() async {
        while !Task.isCancelled {
            // What comes while it is read is read after it.
            let newest = journal.newest
            guard position < newest else { return }
            let filter = JournalFilter(after: position, before: newest &+ 1, limit: Self.page)
            // Spans have their ids from events.
            guard (try? await journal.settle()) != nil, let events = try? await journal.events(filter) else { return }
            for event in events { drop(queue.add(traces.follow(event))) }
            // Events of kinds that only a later version knows are passed over.
            position = events.count < Self.page ? newest : events.last?.id.sequence ?? newest
        }
    }

    /// - Returns: whether to go on.
    private func tell(_ collector: TraceCollector) async -> Bool {
        let batch = queue.next
        guard let first = batch.first else { return false }
        let body = OTLP.body(batch, version: Build.version, instance: journal.store.writer)
        switch await transport.send(collector.request(telling: body, key: "\(first.trace.hex)-\(first.id.hex)")) {
        case .done:
            queue.removed(batch.count)
            count(.sent, batch.count)
            (failures, notBefore) = (0, nil)
            withdraw()
            return true
        case .refused(let reason):
            queue.removed(batch.count)
            drop(batch.count)
            complain("\(reason); \(batch.count) spans are dropped")
            return true
        case .later(let reason, let asked):
            failures += 1
            let wait = max(asked ?? .zero, min(.seconds(1 << min(failures, 6)), .seconds(60)))
            notBefore = clocks.monotonic().advanced(by: wait)
            complain(reason)
            return false
        }
    }

    private func drop(_ spans: Int) {
        if spans > 0 { count(.dropped, spans) }
    }

    /// Once for each thing that is wrong.
    private func complain(_ reason: Text) {
        let words: Text = "traces are not told: \(reason)"
        if complaints.note(words, of: .traces) { log.warning("\(words)") }
    }

    private func withdraw() { complaints.note(nil, of: .traces) }
}
