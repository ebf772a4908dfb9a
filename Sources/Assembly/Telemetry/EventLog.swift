// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Logging
import Model
import Telemetry

/// The daemon's log of what the journal records: the same words as `trimtab log`, at a level that fits the kind, by the
/// part of the daemon that it is about.
struct EventLog: Sendable {
    /// For what no other one is for.
    private let log: Logger
    private let rooms: [DaemonRequest.LogRoom: Logger]

    /// All in one.
    init(log: Logger) {
        self.log = log
        rooms = [:]
    }

    init(_ request: DaemonRequest, output: LogOutput = .standardError) {
        log = Logger(request, .journal, output: output)
        let parts = DaemonRequest.LogRoom.allCases.filter { $0.whole == .journal }
        rooms = Dictionary(uniqueKeysWithValues: parts.map { ($0, Logger(request, $0, output: output)) })
    }

    func recorded(_ events: [Event]) {
        for event in events {
            let level = Self.level(of: event)
            let log = rooms[Self.room(of: event.kind)] ?? log
            guard level >= log.logLevel else { continue }
            var metadata: Logger.Metadata = ["event": "\(event.id.sequence)"]
            if let unit = event.unit { metadata["unit"] = "\(unit)" }
            if let source = event.draft.source { metadata["source"] = "\(source)" }
            if event.actor != .trimtab { metadata["actor"] = "\(event.actor)" }
            let summary = event.summary
            let words = summary.isEmpty ? event.kind.rawValue : "\(event.kind.rawValue): \(summary)"
            log.log(level: level, "\(words)", metadata: metadata)
        }
    }

    func failed(_ error: any Error) {
        log.error("the journal cannot be written, so nothing is done", metadata: ["reason": "\(error)"])
    }

    /// Which part of the daemon a kind of events is about.
    static func room(of kind: EventKind) -> DaemonRequest.LogRoom {
        switch kind {
        case .commitSeen, .commitRefused, .commitAccepted, .sourceFailed, .sourceRecovered, .fleetRead, .fleetRejected:
            .sources
        case .rendered, .renderFailed: .rendering
        case .planned, .planBlocked, .syncStarted, .intent, .outcome, .syncEnded, .cancelled, .paused, .resumed,
            .confirmed, .approved, .rejected, .rolledBack, .markedBad, .badLifted, .adopted, .unitRemoved:
            .engine
        case .drifted, .healed, .fightDetected, .additionsSeen, .inventoryRecovered, .healthChanged, .capabilitiesSeen:
            .targets
        case .secretsRead, .storeFailed, .storeRecovered: .secrets
        case .tokenCreated, .tokenRevoked, .signedIn: .access
        case .retained: .journal
        }
    }

    static func level(of event: Event) -> Logger.Level {
        switch event.severity {
        case nil: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
