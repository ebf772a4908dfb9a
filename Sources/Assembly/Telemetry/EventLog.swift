// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Logging
import Model

/// The daemon's log of what the journal records: the same words as `trimtab log`, at a level that fits the kind.
struct EventLog: Sendable {
    let log: Logger

    func recorded(_ events: [Event]) {
        for event in events {
            let level = Self.level(of: event)
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

    static func level(of event: Event) -> Logger.Level {
        switch event.kind {
        case .intent, .outcome, .rendered, .planned, .fleetRead: .debug
        case .syncEnded: event.payload(as: SyncEnded.self)?.result == .failed ? .error : .info
        case .sourceFailed, .storeFailed, .commitRefused, .fleetRejected, .renderFailed, .fightDetected: .error
        case .planBlocked, .drifted, .additionsSeen, .inventoryRecovered, .markedBad, .rolledBack, .badLifted,
            .cancelled, .unitRemoved, .commitAccepted, .tokenCreated, .tokenRevoked, .rejected:
            .warning
        case .approved: event.payload(as: Approved.self)?.isBreakGlass == true ? .error : .info
        case .healthChanged:
            (event.payload(as: HealthChanged.self)?.health ?? .unknown) <= .progressing ? .info : .warning
        default: .info
        }
    }
}
