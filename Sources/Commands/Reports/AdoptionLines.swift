// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
import Model

/// What a unit took over, for people.
package struct AdoptionLines {
    package var report: AdoptionReport

    package init(_ report: AdoptionReport) { self.report = report }

    package var exitStatus: ExitStatus {
        report.items.allSatisfy { $0.refusal.isEmpty } ? .success : .failure
    }

    package var lines: [Line] {
        let name = Line(report.unit.description, .bold)
        let taken = report.items.filter { $0.refusal.isEmpty }
        guard !report.items.isEmpty else { return [name + ": there is nothing to take over"] }
        let verb = report.isDry ? "would take over" : "took over"
        var lines = [name + Line(" \(verb) \(counted(taken.count, "object"))")]
        for item in report.items {
            guard item.refusal.isEmpty else {
                lines.append("  " + Line("not ", .red) + Line("\(item.object): \(item.refusal)"))
                continue
            }
            let who = item.managers.map(\.string).joined(separator: ", ")
            lines.append("  " + Line("+ ", .green) + Line("\(item.object) from \(who)"))
            if !item.leftover.isEmpty {
                let fields = item.leftover.map(\.description).joined(separator: ", ")
                lines.append("      " + Line("the next sync takes out ", .yellow) + Line(fields))
            }
        }
        return lines
    }
}
