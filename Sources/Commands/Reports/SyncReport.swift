// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
import Model

/// What came of syncs, for people.
package struct SyncReport {
    package var results: [SyncResult]

    package init(_ results: [SyncResult]) { self.results = results }

    package var exitStatus: ExitStatus {
        results.reduce(.success) { status, result in
            switch result.result {
            case .done, .unchanged, .superseded: status
            case .blocked: status.worse(.blocked)
            case .failed, .cancelled: status.worse(.failure)
            }
        }
    }

    package var lines: [Line] {
        guard !results.isEmpty else { return ["There is no unit to sync."] }
        return results.flatMap(lines(of:))
    }

    private func lines(of result: SyncResult) -> [Line] {
        let name = Line(result.unit.description, .bold) + Line(result.version.map { " \($0)" } ?? "")
        let reason = Line(result.reason.map { ": \($0)" } ?? "")
        let took = Line(" in " + Relative.length(.milliseconds(result.milliseconds)), .faint)
        let head: Line =
            switch result.result {
            case .done: Line("synced ", .green) + name + Line(", \(counted(changed(result), "object"))") + took
            case .unchanged: Line("as is  ", .green) + name + took
            case .failed: Line("failed ", .red) + name + reason
            case .blocked: Line("waits  ", .yellow) + name + reason
            case .cancelled: Line("cancelled ", .yellow) + name + reason
            case .superseded: Line("superseded ", .cyan) + name + reason
            }
        return [head] + result.outcomes.flatMap(lines(of:))
    }

    private func changed(_ result: SyncResult) -> Int { result.outcomes.count { $0.result == .done } }

    private func lines(of outcome: Outcome) -> [Line] {
        switch outcome.result {
        case .unchanged: []
        case .done: ["  " + outcome.action.line + Line(" \(outcome.object)")]
        case .failed(let reason): ["  " + outcome.action.line + Line(" \(outcome.object)") + Line(": \(reason)", .red)]
        case .skipped(let reason):
            ["  " + outcome.action.line + Line(" \(outcome.object)") + Line(", not tried: \(reason)", .yellow)]
        }
    }
}
