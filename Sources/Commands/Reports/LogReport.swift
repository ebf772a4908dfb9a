// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
import Model

/// Events for people, one a line.
package struct LogReport {
    package init() {}

    package func line(_ view: EventView) -> Line {
        let event = view.event
        var line = Line(event.time.description, .faint) + " " + kind(event.kind)
        if let unit = event.unit {
            line += " " + Line(unit.description, .bold)
        } else if let source = event.draft.source {
            line += " " + Line(source.description, .bold)
        }
        if !view.summary.isEmpty { line += Line(": \(view.summary)") }
        if event.actor != .trimtab { line += Line(" by \(event.actor)", .cyan) }
        if let address = event.address, event.kind != .signedIn, address != "local" { line += Line(" from \(address)") }
        return line
    }

    private func kind(_ kind: EventKind) -> Line {
        switch kind {
        case .commitRefused, .sourceFailed, .fleetRejected, .renderFailed, .markedBad, .fightDetected:
            Line(kind.rawValue, .red)
        case .planBlocked, .drifted, .additionsSeen, .inventoryRecovered, .paused, .healthChanged, .rolledBack,
            .unitRemoved, .cancelled:
            Line(kind.rawValue, .yellow)
        case .syncEnded, .healed, .confirmed, .badLifted, .commitAccepted, .sourceRecovered, .adopted:
            Line(kind.rawValue, .green)
        default: Line(kind.rawValue)
        }
    }
}
