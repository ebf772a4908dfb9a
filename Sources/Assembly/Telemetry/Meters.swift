// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CoreMetrics
import Engine
import Journal
import Manifest
import Model
import Synchronization
import Telemetry
import Webhooks

/// Counts what happens, mostly by following the events of the journal. One for each engine; nothing here is global.
final class Meters: Sendable {
    private struct Running {
        var since: Moment
        var cause: SyncCause
    }

    private let registry = PrometheusRegistry()
    private let clocks: Clocks
    private let started: Time
    private let running = Mutex<[UnitID: Running]>([:])
    private let counters = Mutex<[EventKind: any CounterHandler]>([:])

    init(clocks: Clocks) {
        self.clocks = clocks
        started = clocks.wall()
        for metric in Metric.all { registry.describe(metric.name, metric.help) }
        // What has not happened yet is 0, not missing.
        for metric in [Metric.drifts, .heals, .fights, .fleetFiles, .appendFailures] { count(metric, by: 0) }
        for result in RenderResult.allCases { count(.renders, [("result", result.rawValue)], by: 0) }
        for result in NotificationDesk.Result.allCases {
            count(.notifications, [("result", result.rawValue)], by: 0)
        }
        for result in TraceExporter.Result.allCases { count(.spans, [("result", result.rawValue)], by: 0) }
        for result in CheckpointPublisher.Result.allCases {
            count(.checkpoints, [("result", result.rawValue)], by: 0)
        }
        for result in HookDesk.Result.allCases { count(.webhooks, [("result", result.rawValue)], by: 0) }
        for result in SyncEnded.Result.allCases {
            for cause in SyncCause.allCases {
                count(.syncs, [("cause", cause.rawValue), ("result", result.rawValue)], by: 0)
            }
        }
    }

    /// Events that were just written, and how long that took.
    func recorded(_ events: [Event], within duration: Duration) {
        time(.appendDuration, duration)
        for event in events {
            counter(of: event.kind).increment(by: 1)
            follow(event)
        }
    }

    /// Kept, since there are many events: to find one by its labels takes longer than all else that is counted of them.
    private func counter(of kind: EventKind) -> any CounterHandler {
        counters.withLock { counters in
            if let known = counters[kind] { return known }
            let counter = registry.makeCounter(label: Metric.events.name, dimensions: [("kind", kind.rawValue)])
            counters[kind] = counter
            return counter
        }
    }

    func recordingFailed() { count(.appendFailures) }

    /// A look for new commits.
    func looked(hasFailed: Bool) { count(.looks, [("result", hasFailed ? "failed" : "ok")]) }

    /// A round of looks at everything.
    func lookedAtAll(within duration: Duration) { time(.lookDuration, duration) }

    /// Files that the fleet's declarations stand in.
    func readFleet(files: Int) { count(.fleetFiles, by: Int64(files)) }

    func notified(_ result: NotificationDesk.Result) { count(.notifications, [("result", result.rawValue)]) }

    func told(_ spans: Int, _ result: TraceExporter.Result) {
        count(.spans, [("result", result.rawValue)], by: Int64(spans))
    }

    func publishedCheckpoint(_ result: CheckpointPublisher.Result) {
        count(.checkpoints, [("result", result.rawValue)])
    }

    func tookWebhook(_ result: HookDesk.Result) { count(.webhooks, [("result", result.rawValue)]) }

    enum RenderResult: String, CaseIterable {
        case done, reused, failed
    }

    func rendered(_ result: RenderResult) { count(.renders, [("result", result.rawValue)]) }

    private func follow(_ event: Event) {
        switch event.kind {
        case .syncStarted:
            guard let unit = event.unit, let begun = event.payload(as: SyncStarted.self) else { return }
            running.withLock { $0[unit] = Running(since: clocks.monotonic(), cause: begun.cause) }
        case .syncEnded:
            guard let unit = event.unit, let ended = event.payload(as: SyncEnded.self) else { return }
            // One that a killed process began has no duration here.
            let begun = running.withLock { $0.removeValue(forKey: unit) }
            let cause = (begun?.cause ?? .recovery).rawValue
            count(.syncs, [("cause", cause), ("result", ended.result.rawValue)])
            if let begun {
                time(.syncDuration, clocks.monotonic().duration(since: begun.since), [("cause", cause)])
            }
        case .drifted: count(.drifts)
        case .healed: count(.heals)
        case .fightDetected: count(.fights)
        default: break
        }
    }

    private func count(_ metric: Metric, _ labels: [(String, String)] = [], by amount: Int64 = 1) {
        registry.makeCounter(label: metric.name, dimensions: labels).increment(by: amount)
    }

    private func time(_ metric: Metric, _ duration: Duration, _ labels: [(String, String)] = []) {
        registry.makeTimer(label: metric.name, dimensions: labels).recordNanoseconds(duration.nanoseconds)
    }

    /// The text of `/metrics`.
    func text(
        version: Text, load: EngineLoad, journalSize: UInt64, gitObjects: Int = 0, requests: [ClusterRequests] = [],
        staleSecrets: Int = 0
    ) -> String {
        var samples = [
            Sample("trimtab_build_info", .gauge, [("version", version.string)], 1),
            Sample(Metric.staleSecrets.name, .gauge, [], Double(staleSecrets)),
            Sample("trimtab_journal_size_events", .gauge, [], Double(journalSize)),
            Sample(Metric.gitObjects.name, .counter, [], Double(gitObjects)),
            Sample("process_start_time_seconds", .gauge, [], Double(started.nanoseconds) / 1e9),
        ]
        samples += SyncState.allCases.map { state in
            Sample(Metric.units.name, .gauge, [("sync_state", state.rawValue)], Double(load.states[state] ?? 0))
        }
        samples += Health.allCases.map { health in
            Sample(Metric.health.name, .gauge, [("health", health.rawValue)], Double(load.health[health] ?? 0))
        }
        samples += [("due", load.due), ("delayed", load.delayed), ("running", load.running)].map { state, units in
            Sample(Metric.queue.name, .gauge, [("state", state)], Double(units))
        }
        samples += requests.map { made in
            let labels = [("connection", made.connection.string), ("request", made.kind.string)]
            return Sample(Metric.clusterRequests.name, .counter, labels, Double(made.count))
        }
        return registry.exposition(adding: samples + (ProcessFigures.read()?.samples ?? []))
    }
}
