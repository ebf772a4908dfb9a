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
            guard view.plan != nil else { return status.worse(.failure) }
            return view.isEmpty ? status : status.worse(.differs)
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
        let note = view.note.map { [Line("  note: ", .cyan) + Line($0.string)] } ?? []
        guard !view.isEmpty else {
            return [name + ": nothing to do"] + note + kept(plan) + view.problems.flatMap(\.lines)
        }
        let words: [(Change.Action, String)] = [
            (.create, "create"), (.update, "update"), (.delete, "delete"), (.orphan, "let go"), (.keep, "keep"),
        ]
        var counts = words.compactMap { action, word in
            let count = plan.count(action)
            return count > 0 ? "\(count) to \(word)" : nil
        }
        let runs = view.hooks.count { $0.phase != .onFailure }
        if runs > 0 { counts.append("\(runs) \(runs == 1 ? "hook" : "hooks") to run") }
        var lines = [name + Line(": " + counts.joined(separator: ", "))]
        lines += note + hooks(of: view) { $0 == .beforeSync }
        for change in plan.changes where change.action != .keep {
            lines.append("  " + change.action.line + Line(" \(change.object)"))
            lines += FieldReport(change.fields).lines(indent: 6)
        }
        lines += hooks(of: view) { $0 != .beforeSync }
        lines += kept(plan)
        lines.append("  " + Line("plan \(plan.digest.short)", .faint))
        if let block = view.block { lines.append("  " + block.line) }
        return lines + view.problems.flatMap(\.lines)
    }

    private func kept(_ plan: Plan) -> [Line] {
        plan.unpruned.map { object in
            Line("  = kept    \(object) ") + Line("(left Git: \"sync --prune\" deletes it)", .faint)
        }
    }

    private func hooks(of view: PlanView, where isShown: (Hook.Phase) -> Bool) -> [Line] {
        view.hooks.filter { isShown($0.phase) }.map { hook in
            Line("  ") + Line("> run", .cyan) + Line("    \(hook.object) ") + Line("(\(hook.phase.rawValue))", .faint)
        }
    }
}
