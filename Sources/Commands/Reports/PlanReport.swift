// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
import Model

/// What syncs would do, for people.
package struct PlanReport {
    package var plans: [PlanView]

    package init(_ plans: [PlanView]) { self.plans = plans }

    package var exitStatus: ExitStatus {
        plans.reduce(.success) { status, view in
            guard let plan = view.plan else { return status.worse(.failure) }
            return plan.isEmpty ? status : status.worse(.differs)
        }
    }

    package var lines: [Line] {
        guard !plans.isEmpty else { return ["No unit matches."] }
        return Array(plans.map(lines(of:)).joined(separator: [Line()]))
    }

    private func lines(of view: PlanView) -> [Line] {
        let name = Line(view.unit.description, .bold) + Line(view.version.map { " to \($0)" } ?? "")
        guard let plan = view.plan else {
            return [name + Line(": there is no plan", .red)] + view.problems.flatMap(\.lines)
        }
        guard !plan.isEmpty else { return [name + ": nothing to do"] + view.problems.flatMap(\.lines) }
        let words: [(Change.Action, String)] = [
            (.create, "create"), (.update, "update"), (.delete, "delete"), (.orphan, "let go"), (.keep, "keep"),
        ]
        let counts = words.compactMap { action, word in
            let count = plan.count(action)
            return count > 0 ? "\(count) to \(word)" : nil
        }
        var lines = [name + Line(": " + counts.joined(separator: ", "))]
        for change in plan.changes where change.action != .keep {
            lines.append("  " + change.action.line + Line(" \(change.object)"))
            lines += FieldReport(change.fields).lines(indent: 6)
        }
        lines.append("  " + Line("plan \(plan.digest.short)", .faint))
        if let block = view.block { lines.append("  " + Line("waits: \(block.reason)", .red)) }
        return lines + view.problems.flatMap(\.lines)
    }
}
