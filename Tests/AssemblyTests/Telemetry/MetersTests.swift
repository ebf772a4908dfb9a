// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import Assembly

@Suite struct MetersTests {
    private let idle = EngineLoad(due: 0, delayed: 0, running: 0, states: [:], health: [:])

    private func events(_ drafts: [EventDraft]) -> [Event] {
        drafts.enumerated().map { index, draft in
            Event(
                id: EventID(writer: "test", incarnation: 1, sequence: UInt64(index + 1)), time: Time(nanoseconds: 0),
                draft: draft)
        }
    }

    private func lines(_ meters: Meters, _ load: EngineLoad? = nil) -> [String] {
        let requests = [ClusterRequests(connection: "lab", kind: "LIST", count: 3)]
        return meters.text(version: "1.2", load: load ?? idle, journalSize: 7, requests: requests)
            .split(separator: "\n").map(String.init)
    }

    @Test func `syncs are counted by cause and result, and timed by the monotonic clock`() {
        let now = Mutex(Moment(nanoseconds: 0))
        // The wall clock goes backwards meanwhile.
        let clocks = Clocks(
            wall: { Time(nanoseconds: -now.withLock(\.nanoseconds)) }, monotonic: { now.withLock(\.self) },
            sleep: { _ in })
        let meters = Meters(clocks: clocks)
        let (version, digest) = (Version(fleet: nil, source: nil), Digest(of: [1]))
        let started = SyncStarted(
            version: version, render: digest, plan: digest, cause: .drift, counts: ChangeCounts(update: 1))
        meters.recorded(events([started.draft(of: unit("web"))]), within: .milliseconds(2))
        now.withLock { $0 = Moment(nanoseconds: 3_000_000_000) }
        let ended = SyncEnded(result: .succeeded, version: version, render: digest)
        meters.recorded(
            events([Healed(objects: []).draft(of: unit("web")), ended.draft(of: unit("web"))]), within: .zero)
        meters.recorded(events([ended.draft(of: unit("db"))]), within: .zero)
        meters.recordingFailed()
        let text = lines(meters)
        #expect(text.contains(#"trimtab_syncs_total{cause="drift",result="succeeded"} 1"#))
        #expect(text.contains(#"trimtab_syncs_total{cause="recovery",result="succeeded"} 1"#))
        #expect(text.contains(#"trimtab_syncs_total{cause="commit",result="failed"} 0"#))
        #expect(text.contains(#"trimtab_sync_duration_seconds_sum{cause="drift"} 3"#))
        #expect(text.contains(#"trimtab_sync_duration_seconds_count{cause="drift"} 1"#))
        #expect(text.contains("trimtab_drifts_healed_total 1"))
        #expect(text.contains("trimtab_drifts_found_total 0"))
        #expect(text.contains(#"trimtab_journal_events_total{kind="syncEnded"} 2"#))
        #expect(text.contains("trimtab_journal_append_failures_total 1"))
        #expect(text.contains("trimtab_journal_append_duration_seconds_count 3"))
        #expect(text.contains("trimtab_journal_size_events 7"))
        #expect(text.contains(#"trimtab_cluster_requests_total{connection="lab",request="LIST"} 3"#))
        #expect(text.contains(#"trimtab_build_info{version="1.2"} 1"#))
    }

    @Test func `units are shown in every state, none left out`() {
        let load = EngineLoad(
            due: 1, delayed: 2, running: 3, states: [.inSync: 4, .failed: 1], health: [.healthy: 5])
        let text = lines(Meters(clocks: .system), load)
        #expect(text.count { $0.hasPrefix("trimtab_units{") } == SyncState.allCases.count)
        #expect(text.contains(#"trimtab_units{sync_state="InSync"} 4"#))
        #expect(text.contains(#"trimtab_units{sync_state="Blocked"} 0"#))
        #expect(text.contains(#"trimtab_unit_health{health="Healthy"} 5"#))
        #expect(text.contains(#"trimtab_queue_units{state="delayed"} 2"#))
        let resident = text.first { $0.hasPrefix("process_resident_memory_bytes ") }
        #expect(Int(resident?.split(separator: " ").last ?? "") ?? 0 > 1 << 20)
        let processor = text.first { $0.hasPrefix("process_cpu_seconds_total ") }
        #expect(Double(processor?.split(separator: " ").last ?? "") ?? 0 > 0)
    }

    /// Every family has its help and type, and stands in docs/metrics.md with the same words; and nothing else does.
    @Test func `the page about metrics is what the text says`() throws {
        let meters = Meters(clocks: .system)
        meters.looked(hasFailed: false)
        meters.lookedAtAll(within: .zero)
        let (version, digest) = (Version(fleet: nil, source: nil), Digest(of: [1]))
        let started = SyncStarted(
            version: version, render: digest, plan: digest, cause: .drift, counts: ChangeCounts(update: 1))
        let ended = SyncEnded(result: .succeeded, version: version, render: digest)
        meters.recorded(events([started.draft(of: unit("web")), ended.draft(of: unit("web"))]), within: .zero)
        let text = lines(meters)
        let types = text.filter { $0.hasPrefix("# TYPE ") }.map { String($0.dropFirst(7)) }
        #expect(types.sorted() == Metric.all.map { "\($0.name) \($0.kind.rawValue)" }.sorted())
        for metric in Metric.all { #expect(text.contains("# HELP \(metric.name) \(metric.help)")) }

        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/metrics.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("| `trimtab_") || $0.hasPrefix("| `process_") }
        #expect(
            rows
                == Metric.all.map { metric in
                    let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
                    return "| `\(metric.name)` | \(metric.kind.rawValue) |\(labels.isEmpty ? "" : " " + labels) | "
                        + "\(metric.help) |"
                })
    }

    /// As Prometheus asks of names: a unit at the end, `_total` for counters and for nothing else.
    @Test func `names end in their unit`() {
        for metric in Metric.all {
            #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter), "\(metric.name)")
            if metric.kind == .histogram { #expect(metric.name.hasSuffix("_seconds"), "\(metric.name)") }
        }
    }
}
