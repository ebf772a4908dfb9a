// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Every metric that `/metrics` shows. docs/metrics.md is held against this table.
struct Metric: Sendable, Hashable {
    enum Kind: String, Sendable {
        case gauge, counter, histogram
    }

    /// As it stands in the text.
    var name: String
    var kind: Kind
    var labels: [String] = []
    var help: String

    static let all = [
        Metric(name: "trimtab_build_info", kind: .gauge, labels: ["version"], help: "Always 1; says what runs."),
        units, health, queue, syncs, syncDuration, drifts, heals, fights, looks, lookDuration, gitObjects, fleetFiles,
        renders, webhooks, notifications, checkpoints, spans, events, appendFailures, appendDuration, clusterRequests,
        staleSecrets,
        Metric(name: "trimtab_journal_size_events", kind: .gauge, help: "Events that the journal holds."),
        Metric(name: "process_resident_memory_bytes", kind: .gauge, help: "Memory of the process that is in RAM."),
        Metric(name: "process_cpu_seconds_total", kind: .counter, help: "User and system time of the process."),
        Metric(name: "process_open_fds", kind: .gauge, help: "Files, sockets and pipes that the process has open."),
        Metric(
            name: "process_start_time_seconds", kind: .gauge,
            help: "When the process began, in seconds since 1970."),
        Metric(
            name: "trimtab_metrics_dropped_total", kind: .counter,
            help: "Series beyond the budget, or of two kinds under one name."),
    ]

    static let staleSecrets = Metric(
        name: "trimtab_stale_secrets", kind: .gauge,
        help: "Secrets in use that their stores did not give at the last look; what was read before stays.")
    static let units = Metric(
        name: "trimtab_units", kind: .gauge, labels: ["sync_state"], help: "Units by how they stand to Git.")
    static let health = Metric(
        name: "trimtab_unit_health", kind: .gauge, labels: ["health"], help: "Units by how well they do.")
    static let queue = Metric(
        name: "trimtab_queue_units", kind: .gauge, labels: ["state"],
        help: "Units in the work queue: due now, delayed to a retry or the next audit, or running.")
    static let syncs = Metric(
        name: "trimtab_syncs_total", kind: .counter, labels: ["cause", "result"],
        help: "Syncs that ended, by what made them begin and how they ended.")
    static let syncDuration = Metric(
        name: "trimtab_sync_duration_seconds", kind: .histogram, labels: ["cause"],
        help: "From the beginning of a sync to its end, waits for health included.")
    static let drifts = Metric(
        name: "trimtab_drifts_found_total", kind: .counter,
        help: "Times that live state was found to have left what was applied.")
    static let heals = Metric(
        name: "trimtab_drifts_healed_total", kind: .counter, help: "Times that drift was put back, or went by itself.")
    static let fights = Metric(
        name: "trimtab_fights_total", kind: .counter,
        help: "Times that healing stopped because somebody kept changing objects back.")
    static let looks = Metric(
        name: "trimtab_source_looks_total", kind: .counter, labels: ["result"],
        help: "Looks for new commits, at the fleet and at the sources of units.")
    static let lookDuration = Metric(
        name: "trimtab_source_look_duration_seconds", kind: .histogram,
        help: "How long one round of looks at fleet and sources took.")
    static let gitObjects = Metric(
        name: "trimtab_git_objects_read_total", kind: .counter,
        help: "Commits, trees and files that git was asked for. What was read lately is not asked for again.")
    static let fleetFiles = Metric(
        name: "trimtab_fleet_files_read_total", kind: .counter,
        help: "Files of the fleet that were read: all at first, then those that a commit changes.")
    static let renders = Metric(
        name: "trimtab_renders_total", kind: .counter, labels: ["result"],
        help: "Renders of units: done, reused because nothing that they read has changed, or failed.")
    static let webhooks = Metric(
        name: "trimtab_webhooks_total", kind: .counter, labels: ["result"],
        help: "Webhooks that came: hinted at sources, told nothing new, came before, were refused, or malformed.")
    static let notifications = Metric(
        name: "trimtab_notifications_total", kind: .counter, labels: ["result"],
        help: "Requests to receivers of notifications: told, to be tried again, or refused and given up.")
    static let checkpoints = Metric(
        name: "trimtab_checkpoints_total", kind: .counter, labels: ["result"],
        help: "Checkpoints of the journal on their way to the repository that keeps them: pushed, or to be tried again."
    )
    static let spans = Metric(
        name: "trimtab_spans_total", kind: .counter, labels: ["result"],
        help: "Spans of traces: sent to the collector, or dropped because it did not take them in time.")
    static let events = Metric(
        name: "trimtab_journal_events_total", kind: .counter, labels: ["kind"],
        help: "Events that the engine has written to the journal, by kind.")
    static let appendFailures = Metric(
        name: "trimtab_journal_append_failures_total", kind: .counter,
        help: "Appends to the journal that failed. While they fail, nothing is done to any target.")
    static let appendDuration = Metric(
        name: "trimtab_journal_append_duration_seconds", kind: .histogram,
        help: "How long an append to the journal took until it was as durable as it had to be: on the disk, where "
            + "something is done upon it.")
    static let clusterRequests = Metric(
        name: "trimtab_cluster_requests_total", kind: .counter, labels: ["connection", "request"],
        help: "Requests to the API servers of clusters, by what they were; each attempt counts.")
}
