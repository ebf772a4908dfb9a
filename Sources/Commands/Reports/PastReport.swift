// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
import Model

/// What ran at a moment, for people.
package struct PastReport {
    package var status: PastStatus

    package init(_ status: PastStatus) { self.status = status }

    package func lines(width: Int?) -> [Line] {
        var lines = [heading]
        lines += status.notices.map { Line("note: ", .cyan) + Line($0.string) }
        guard !status.units.isEmpty else { return lines }
        var table = Table([
            .init("UNIT"), .init("VERSION"), .init("CONTENT"), .init("HEALTH"), .init("SINCE"), .init("BY"),
            .init("APPROVED BY"),
        ])
        for entry in status.units { table.append(cells(entry), notes: notes(entry)) }
        return lines + [Line()] + table.lines(width: width)
    }

    private var heading: Line {
        Line("At ") + Line(seconds(status.time), .bold)
            + Line(", \(counted(status.units.count, "unit")) by the journal")
    }

    private func cells(_ entry: PastStatus.Entry) -> [Line] {
        let running = entry.past.running
        let version = running?.version.map { $0 == Version(fleet: nil, source: nil) ? "folder" : $0.description }
        let approvers = (running?.assents ?? []).filter { $0.way != .confirmed }.map(\.actor.description)
        return [
            Line(entry.unit.inFleet),
            running == nil ? Line("nothing", .faint) : Line(version ?? "erased"),
            Line(running?.render?.short ?? ""),
            entry.past.health.map { running == nil ? Line() : $0.health.line } ?? Line("erased", .faint),
            Line((running?.ended).map(seconds) ?? ""),
            Line(running.map { Self.who($0) } ?? ""),
            Line(approvers.isEmpty ? "" : approvers.joined(separator: ", ")),
        ]
    }

    private func notes(_ entry: PastStatus.Entry) -> [Line] {
        let past = entry.past
        var notes: [Line] = []
        for assent in past.running?.assents ?? [] {
            let groups = assent.groups.isEmpty ? "" : " (\(assent.groups.map(\.string).joined(separator: ", ")))"
            let reason = assent.reason.isEmpty ? "" : ": \(assent.reason)"
            notes.append(
                Line(Self.word(assent.way), assent.way == .brokeGlass ? .red : .green)
                    + Line("by \(assent.actor)\(groups) at \(seconds(assent.time))\(reason)"))
        }
        if let signer = entry.signer { notes.append(Line("commit signed by ", .green) + Line(signer.string)) }
        if let reason = past.running?.reason, !reason.isEmpty { notes.append(Line("why: ") + Line(reason.string)) }
        if let syncing = past.syncing {
            let to = syncing.version.map { " to \($0)" } ?? ""
            notes.append(
                Line("under way: ", .cyan)
                    + Line("a sync\(to) by \(syncing.actor), begun at \(seconds(syncing.started))"))
        }
        if past.isTorn {
            notes.append(
                Line("torn: ", .yellow)
                    + Line("a sync ended before its end; objects of two versions may have been live"))
        }
        if !past.failure.isEmpty { notes.append(Line("failed: ", .red) + Line(past.failure.string)) }
        if !past.waits.isEmpty { notes.append(Line("waited: ", .red) + Line(past.waits.string)) }
        if let since = past.driftSince {
            let names = past.drifted.sorted().prefix(3).map(\.description) + (past.drifted.count > 3 ? ["…"] : [])
            notes.append(
                Line("drift: ", .yellow)
                    + Line(
                        "\(counted(past.drifted.count, "object")), since \(seconds(since)): "
                            + names.joined(separator: ", ")))
        }
        if let pause = past.pause, pause.until > status.time {
            let reason = pause.reason.isEmpty ? "" : ": \(pause.reason)"
            notes.append(
                Line("paused: ", .yellow) + Line("by \(pause.actor) until \(seconds(pause.until))\(reason)"))
        }
        if past.isIncomplete {
            notes.append(Line("incomplete: ", .yellow) + Line("some of what was recorded of it was erased"))
        }
        return notes
    }

    private static func who(_ arrival: PastUnit.Arrival) -> String {
        let why =
            switch arrival.cause {
            case .commit?: " (a new commit)"
            case .rollback?: " (rolled back)"
            case .recovery?: " (finished after a kill)"
            case .drift?, .person?, .removal?, nil: ""
            }
        return arrival.actor.description + why
    }

    private static func word(_ way: PastUnit.Assent.Way) -> String {
        switch way {
        case .approved: "approved "
        case .confirmed: "confirmed "
        case .brokeGlass: "approved for all others "
        }
    }

    /// Without the fraction.
    private func seconds(_ time: Time) -> String { String(time.description.prefix(19)) + "Z" }
}
