// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

extension Reconciliation {
    /// The unit stands as it should; how does it do, and was this content a mistake?
    mutating func judge(
        _ rendered: Rendered, _ reports: [ObjectID: HealthReport], recording drafts: [EventDraft] = [],
        appliedNow: Bool = false
    ) -> Step {
        var drafts = drafts
        // Whoever looked at some objects says nothing about the others.
        let others = healingScope == nil ? [:] : ill.filter { reports[$0.key] == nil }
        let reports = reports.merging(others) { looked, _ in looked }
        ill = reports.filter { $0.value.health != .healthy }
        let report = Self.worst(reports)
        let before = appliedNow && record.applied?.render != rendered.digest ? HealthReport(.unknown) : record.health
        if report != before {
            drafts.append(HealthChanged(health: report.health, reason: Text(report.reason)).draft(of: unit))
        }
        if report.health == .degraded || report.health == .missing, mayRollBack(from: rendered, appliedNow: appliedNow)
        {
            let reason = "\(report.health.rawValue) within the time for a rollback: \(report.reason)"
            drafts.append(MarkedBad(renders: [rendered.digest], reason: Text(reason)).draft(of: unit))
            return finish(.inSync, Text(reason), again: .after(.zero), rendered: rendered, recording: drafts)
        }
        let again: Conclusion.Again =
            switch report.health {
            case .healthy, .suspended: .whenMarked
            case .progressing, .missing, .unknown: .after(.seconds(isOverdue ? 15 : 2))
            case .degraded: .after(.seconds(15))
            }
        return finish(.inSync, note, again: again, rendered: rendered, recording: drafts)
    }

    /// Once per content, and only to one that was Healthy here.
    private func mayRollBack(from rendered: Rendered, appliedNow: Bool) -> Bool {
        guard let window = facts.policy.rollbackWithin, !record.bad.contains(rendered.digest),
            !record.lifted.contains(rendered.digest)
        else { return false }
        // Putting drift back, or a secret that was rotated, does not make this content a mistake.
        let isNew = appliedNow && record.applied?.render != rendered.digest
        let isRecent = isNew || (record.applied.map { facts.wall.duration(since: $0.time) <= window } ?? false)
        let hasEarlier = record.history.contains { entry in
            entry.isGood && entry.render != rendered.digest && !record.bad.contains(entry.render)
        }
        return isRecent && hasEarlier
    }

    private static func worst(_ reports: [ObjectID: HealthReport]) -> HealthReport {
        let worst = reports.max { left, right in
            left.value.health != right.value.health ? left.value.health < right.value.health : left.key > right.key
        }
        guard let worst, worst.value.health != .healthy else { return HealthReport(.healthy) }
        let reason = worst.value.reason.isEmpty ? "" : ": \(worst.value.reason)"
        return HealthReport(worst.value.health, reason: "\(worst.key)\(reason)")
    }
}
