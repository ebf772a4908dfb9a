// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

// How single values read, the same in every report.

extension UnitID {
    /// Without the fleet, which the heading names.
    var inFleet: String { "\(application)@\(target)" }
}

extension SyncState {
    var line: Line {
        switch self {
        case .inSync: Line(rawValue, .green)
        case .pending, .syncing: Line(rawValue, .cyan)
        case .drifted, .paused: Line(rawValue, .yellow)
        case .blocked, .failed: Line(rawValue, .red)
        }
    }
}

extension Health {
    var line: Line {
        switch self {
        case .healthy: Line(rawValue, .green)
        case .suspended, .progressing: Line(rawValue, .yellow)
        case .missing, .degraded: Line(rawValue, .red)
        case .unknown: Line(rawValue, .faint)
        }
    }
}

extension Change.Action {
    var line: Line {
        switch self {
        case .create: Line("+ create", .green)
        case .update: Line("~ update", .yellow)
        case .delete: Line("- delete", .red)
        case .orphan: Line("  let go", .cyan)
        case .keep: Line("  keep", .faint)
        }
    }
}

extension Problem {
    var lines: [Line] {
        var place = file.string
        if let line {
            place += place.isEmpty ? "line \(line)" : ":\(line)"
            if let column { place += ":\(column)" }
        }
        let head = Line(place.isEmpty ? "" : place + ": ", .bold) + Line(reason.string)
        return [head] + (advice.map { [Line("  " + $0.string, .cyan)] } ?? [])
    }
}

extension Block {
    /// `waits: the plan deletes …`, `waits for approval: …`
    var line: Line {
        let waits = "waits for "
        let reason = reason.string
        guard reason.hasPrefix(waits) else { return Line("waits: ", .red) + Line(reason) }
        return Line(waits, .red) + Line(String(reason.dropFirst(waits.count)))
    }

    /// How people let it through; `nil` where that is not the way out.
    var way: String? {
        guard let plan else { return nil }
        guard let approval else { return "let it through with \"confirm --plan \(plan.short)\"" }
        return approval.rejectedBy == nil ? "agree with \"approve --plan \(plan.short)\"" : nil
    }
}

extension Version {
    /// `aaaaaaaaaa`, or `aaaaaaaaaa → bbbbbbbbbb` when another one waits.
    func line(to desired: Version?) -> Line {
        // Which secrets are applied is no matter of what Git asks for.
        guard let desired, desired.fleet != fleet || desired.source != source else { return Line(description) }
        if desired.description == description { return Line(description) + Line(" → new fleet", .cyan) }
        return Line(description + " → ") + Line(desired.description, .cyan)
    }
}

/// `1 object`, `2 objects`.
func counted(_ count: some BinaryInteger, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
