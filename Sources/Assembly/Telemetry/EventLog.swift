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
        switch event.severity {
        case nil: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
