// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// A fleet's status for people.
package struct StatusReport {
    package var status: FleetStatus
    package var now: Time

    package init(_ status: FleetStatus, now: Time) {
        self.status = status
        self.now = now
    }

    package func lines(width: Int?) -> [Line] {
        var lines = [heading]
        if !status.units.isEmpty { lines += [Line()] + units.lines(width: width) }
        let sources = sourceLines
        if !sources.isEmpty { lines += [Line()] + sources }
        if !status.problems.isEmpty {
            lines += [Line(), Line("The fleet has \(counted(status.problems.count, "problem")):", .red)]
            lines += status.problems.flatMap(\.lines)
        }
        if !status.notices.isEmpty {
            lines += [Line()] + status.notices.map { Line("note: ", .cyan) + Line($0.string) }
        }
        return lines
    }

    private var heading: Line {
        guard let fleet = status.fleet else { return Line("The fleet was not read yet.", .yellow) }
        var line = Line("fleet ") + Line(fleet.description, .bold)
        if let commit = status.commit { line += Line(" at \(commit.short)") }
        line += Line(", \(counted(status.units.count, "unit"))")
        let counts = SyncState.allCases.compactMap { state in
            let count = status.units.count { $0.sync == state }
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        if !counts.isEmpty { line += Line(": " + counts.joined(separator: ", ")) }
        if status.engine.daemon == nil {
            let record = status.engine.recorded.map {
                ": this is the record, as of \(Relative.time($0, now: now)); \"plan\" and \"diff\" look at the targets"
            }
            line += Line(" (no daemon is running\(record ?? ""))", .yellow)
        }
        return line
    }

    private var units: Table {
        var table = Table([
            .init("UNIT"), .init("SYNC"), .init("HEALTH"), .init("VERSION"), .init("OBJECTS", isNumeric: true),
            .init("SYNCED"),
        ])
        for unit in status.units {
            let cells = [
                Line(unit.unit.inFleet), unit.sync.line, unit.health.health.line,
                version(of: unit),
                Line(String(unit.objects)), Line(unit.lastSync.map { Relative.time($0.time, now: now) } ?? "never"),
            ]
            table.append(cells, notes: notes(of: unit))
        }
        return table
    }

    /// A folder has no commits: there the digest of the content tells one version from the next.
    private func version(of unit: UnitStatus) -> Line {
        guard let version = unit.version else { return unit.desired.map { Line("→ \($0)", .cyan) } ?? "" }
        if version.declared == Version(fleet: nil, source: nil), unit.desired == version.declared,
            let digest = unit.renderDigest
        {
            return Line("folder \(digest.short)")
        }
        return version.line(to: unit.desired)
    }

    /// What people should know of a unit, what they must decide first.
    private func notes(of unit: UnitStatus) -> [Line] {
        var notes: [Line] = []
        if let block = unit.block {
            notes.append(block.line + Line(block.way.map { " (\($0))" } ?? ""))
        }
        if let pause = unit.pause {
            let reason = pause.reason.isEmpty ? "" : ": \(pause.reason)"
            notes.append(
                Line("paused: ", .yellow)
                    + Line("by \(pause.actor), ends \(Relative.time(pause.until, now: now))\(reason)"))
        }
        if let drift = unit.drift { notes.append(Line("drift: ", .yellow) + Line(words(for: drift))) }
        if let additions = unit.additions {
            notes.append(Line("added: ", .cyan) + Line(words(forAdditions: additions)))
        }
        if let unpruned = words(forUnpruned: unit.unpruned) {
            notes.append(Line("kept: ", .cyan) + Line(unpruned))
        }
        if !unit.health.reason.isEmpty, unit.health.health != .healthy {
            notes.append(Line("health: ", .yellow) + Line(unit.health.reason))
        }
        notes += unit.remarks.map { Line("note: ", .cyan) + Line($0.string) }
        notes += unit.problems.flatMap(\.lines)
        if let next = unit.nextAttempt, unit.sync != .inSync {
            notes.append(Line("next try: ", .cyan) + Line(Relative.time(next, now: now)))
        }
        return notes
    }

    private func words(for drift: DriftSummary) -> String {
        let who = drift.cause.map { " by \($0)" } ?? ""
        return
            "\(counted(drift.objects, "object")) changed\(who), first "
            + "\(Relative.time(drift.since, now: now))\(examples(of: drift))"
    }

    private func words(forAdditions additions: DriftSummary) -> String {
        let who = additions.cause.map { " by \($0)" } ?? ""
        return
            "something was put into \(counted(additions.objects, "object"))\(who), first "
            + "\(Relative.time(additions.since, now: now))\(examples(of: additions)); \"diff\" shows it"
    }

    private func words(forUnpruned objects: [ObjectID]) -> String? {
        guard !objects.isEmpty else { return nil }
        let names = objects.prefix(3).map(\.description) + (objects.count > 3 ? ["…"] : [])
        return
            "\(counted(objects.count, "object")) left Git: \(names.joined(separator: ", ")); "
            + "\"sync --prune\" deletes \(objects.count == 1 ? "it" : "them")"
    }

    private func examples(of summary: DriftSummary) -> String {
        guard !summary.examples.isEmpty else { return "" }
        var examples = summary.examples.prefix(3).map(\.description)
        if examples.count < summary.objects { examples.append("…") }
        return ": " + examples.joined(separator: ", ")
    }

    /// Sources in trouble, and how old the news of the others are.
    private var sourceLines: [Line] {
        status.sources.compactMap { source in
            let name = Line("source \(source.name)", .bold) + Line(" (\(source.url), \(source.following))")
            let since = source.fetched.map { ", last asked \(Relative.time($0, now: now))" } ?? ""
            switch source.state {
            case .ready: return nil
            case .waiting: return name + Line(" was not fetched yet", .yellow)
            case .failed: return name + Line(" cannot be fetched: \(source.reason ?? "unknown reason")\(since)", .red)
            case .refused: return name + Line(" is refused: \(source.reason ?? "unknown reason")", .red)
            }
        }
    }
}
