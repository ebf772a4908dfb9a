// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Manifest
import Model

/// What is wrong with rendered objects. The same reason is told once for all units that it holds for.
struct CheckFindings: Sendable {
    private struct Key: Hashable {
        var rule: FleetCheck.Rule
        var level: FleetCheck.Level
        var error: ReadingError
    }

    /// What people should know although nothing is wrong.
    var notices: [Text] = []
    private var order: [Key] = []
    private var units: [Key: [UnitID]] = [:]
    private var origins: [Key: UnitID] = [:]
    /// The unit that is looked at, in whose source lies what is found; `nil` while the fleet's own files are.
    var current: UnitID?

    mutating func add(
        _ rule: FleetCheck.Rule, _ error: ReadingError, level: FleetCheck.Level = .error, of unit: UnitID? = nil
    ) {
        let key = Key(rule: rule, level: level, error: error)
        if units[key] == nil {
            order.append(key)
            origins[key] = unit ?? current
        }
        units[key, default: []] += unit.map { [$0] } ?? []
    }

    mutating func note(_ notice: Text) {
        if !notices.contains(notice) { notices.append(notice) }
    }

    /// With the unit in whose source each was found; `nil` for those of the fleet's own files.
    var located: [(finding: FleetCheck.Finding, origin: UnitID?)] {
        order.map { key in
            var problem = Problem(key.error)
            let units = units[key] ?? []
            if let first = units.first {
                let more = units.count > 1 ? " and \(units.count - 1) more" : ""
                problem.reason = "\(problem.reason) (in \(first)\(Text(more)))"
            }
            return (FleetCheck.Finding(key.rule, problem, level: key.level, units: units), origins[key])
        }
    }
}
