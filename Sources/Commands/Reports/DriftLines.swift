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
            // What others have put in is told, and is no drift.
            let one: ExitStatus = report.items.allSatisfy(\.isAddition) ? .success : .differs
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
        } else if report.items.allSatisfy(\.isAddition) {
            lines.append(name + ": is as it was applied, and others have put something in")
        } else {
            let count = report.items.count { !$0.isAddition }
            lines.append(name + Line(": \(counted(count, "object")) \(count == 1 ? "differs" : "differ")"))
        }
        for item in report.items {
            let who = item.cause.map { Line(" by \($0)", .cyan) } ?? Line()
            lines.append("  " + what(item) + Line(" \(item.object)") + who)
            lines += fields(of: item)
        }
        return lines + report.problems.flatMap(\.lines)
    }

    /// Each field with who holds it, where that was asked for; then fields of ours that others hold though they stand.
    private func fields(of item: DriftReport.Item) -> [Line] {
        guard let owners = item.owners, !owners.isEmpty else { return FieldReport(item.shown).lines(indent: 6) }
        let shown = Set(item.fields.map(\.path))
        return item.shown.flatMap { field -> [Line] in
            let holders = owners.filter { $0.path == field.path }.map { Line("        ") + held($0) }
            return FieldReport([field]).lines(indent: 6) + holders
        }
            + owners.filter { !shown.contains($0.path) }.map { field in
                Line("      ") + Line(field.path.description, .bold) + ": " + held(field)
            }
    }

    private func held(_ field: FieldOwners) -> Line {
        guard !field.owners.isEmpty else { return Line("held by nobody on record", .faint) }
        let names = field.owners.map { owner in
            "\(owner.manager)" + (owner.subresource.isEmpty ? "" : " through \(owner.subresource)")
                + (owner.isApply ? " (applied)" : "") + (owner.time.isEmpty ? "" : " at \(owner.time)")
        }
        return Line("held by " + names.joined(separator: ", "), .cyan)
    }

    private func what(_ item: DriftReport.Item) -> Line {
        if item.isAbsent { return Line("- gone", .red) }
        return item.isAddition ? Line("+ added", .cyan) : Line("~ changed", .yellow)
    }
}

extension DriftReport.Item {
    /// What would go from live to applied; of additions, which nobody takes out, what came.
    fileprivate var shown: [FieldDifference] {
        isAddition ? fields.map { FieldDifference(path: $0.path, old: $0.new, new: $0.old) } : fields
    }
}
