// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// What is wrong with rendered objects. The same reason is told once for all units that it holds for.
struct CheckFindings: Sendable {
    /// What people should know although nothing is wrong.
    var notices: [Text] = []
    private var order: [ReadingError] = []
    private var units: [ReadingError: [UnitID]] = [:]

    mutating func add(_ error: ReadingError, of unit: UnitID? = nil) {
        if units[error] == nil { order.append(error) }
        units[error, default: []] += unit.map { [$0] } ?? []
    }

    var problems: [Problem] {
        order.map { error in
            var problem = Problem(error)
            let units = units[error] ?? []
            if let first = units.first {
                let more = units.count > 1 ? " and \(units.count - 1) more" : ""
                problem.reason = "\(problem.reason) (in \(first)\(Text(more)))"
            }
            return problem
        }
    }
}
