// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// The syncs of a unit for people, newest first.
package struct HistoryReport {
    package var entries: [HistoryEntry]
    package var now: Time

    package init(_ entries: [HistoryEntry], now: Time) {
        self.entries = entries
        self.now = now
    }

    package func lines(width: Int?) -> [Line] {
        guard !entries.isEmpty else { return ["It was never synced."] }
        var table = Table([
            .init(""), .init("WHEN"), .init("VERSION"), .init("CONTENT"), .init("RESULT"), .init("CHANGES"),
            .init("BY"), .init("WHY"),
        ])
        for (entry, older) in zip(entries, entries.dropFirst().map(Optional.some) + [nil]) {
            table.append([
                entry.isCurrent ? Line("*", .green) : entry.isBad ? Line("!", .red) : Line(),
                Line(Relative.time(entry.ended, now: now)), Line(entry.version.description),
                Line(entry.renderDigest.short), result(entry), Line(changes(entry.counts)),
                Line(entry.actor.description), Line(why(entry, after: older)),
            ])
        }
        return table.lines(width: width) + legend
    }

    private var legend: [Line] {
        let marks =
            (entries.contains(where: \.isCurrent) ? ["* applied now"] : [])
            + (entries.contains(where: \.isBad) ? ["! marked bad"] : [])
        return marks.isEmpty ? [] : [Line(marks.joined(separator: ", "), .faint)]
    }

    private func result(_ entry: HistoryEntry) -> Line {
        switch entry.result {
        case .succeeded where entry.isPart: Line("in part", .green)
        case .succeeded: Line(entry.wasHealthy ? "healthy" : "synced", .green)
        case .failed: Line("failed", .red)
        case .cancelled: Line("cancelled", .yellow)
        case .superseded: Line("superseded", .cyan)
        }
    }

    private func changes(_ counts: ChangeCounts) -> String {
        let parts = [("+", counts.create), ("~", counts.update), ("-", counts.delete)]
        return parts.filter { $0.1 > 0 }.map { "\($0)\($1)" }.joined(separator: " ")
    }

    private func why(_ entry: HistoryEntry, after older: HistoryEntry?) -> String {
        let hasOtherBases = older.map { $0.version.bases != entry.version.bases } ?? false
        let cause =
            switch entry.cause {
            case .commit: "a new commit"
            case .drift: "drift"
            case .person: "on request"
            case .rollback: "rolled back"
            case .removal: "left the fleet"
            case .recovery: "finished after a kill"
            }
        let bases = hasOtherBases && !entry.version.bases.isEmpty ? ", with \(entry.version.basesInWords)" : ""
        return entry.reason.isEmpty ? cause + bases : "\(cause)\(bases): \(entry.reason)"
    }
}
