// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
import Model

/// Events for people, one a line.
package struct LogReport: Sendable {
    /// Whether the fields that an event keeps before and after follow on lines of their own.
    package var hasValues: Bool

    package init(hasValues: Bool = false) { self.hasValues = hasValues }

    package func lines(_ view: EventView) -> [Line] {
        guard hasValues else { return [line(view)] }
        let values = RecordedValues(in: view.event.payload)
        let objects = values.objects.sorted { $0.key < $1.key }.flatMap { object, fields in
            [Line("    \(object)")] + FieldReport(fields.map(\.difference)).lines(indent: 6)
        }
        let rest = values.cut > 0 ? [Line("    \(counted(values.cut, "field")) not kept, or not whole", .faint)] : []
        return [line(view)] + objects + rest
    }

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
