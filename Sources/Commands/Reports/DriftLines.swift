// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
import Model

/// How live objects differ from what was applied, for people.
package struct DriftLines {
    package var reports: [DriftReport]

    package init(_ reports: [DriftReport]) { self.reports = reports }

    package var exitStatus: ExitStatus {
        reports.reduce(.success) { status, report in
            let one: ExitStatus = report.items.isEmpty ? .success : .differs
            return status.worse(report.problems.isEmpty ? one : .failure)
        }
    }

    package var lines: [Line] {
        guard !reports.isEmpty else { return ["No unit matches."] }
        return reports.flatMap(lines(of:))
    }

    private func lines(of report: DriftReport) -> [Line] {
        let name = Line(report.unit.description, .bold) + Line(report.version.map { " at \($0)" } ?? "")
        var lines = [Line]()
        if report.version == nil {
            lines.append(name + ": was never synced")
        } else if report.items.isEmpty {
            lines.append(name + ": is as it was applied")
        } else {
            lines.append(name + Line(": \(counted(report.items.count, "object")) differ"))
        }
        for item in report.items {
            let who = item.cause.map { Line(" by \($0)", .cyan) } ?? Line()
            let what = item.isAbsent ? Line("- gone", .red) : Line("~ changed", .yellow)
            lines.append("  " + what + Line(" \(item.object)") + who)
            lines += FieldReport(item.fields).lines(indent: 6)
        }
        return lines + report.problems.flatMap(\.lines)
    }
}
