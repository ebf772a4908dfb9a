// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
package import Manifest
import Model

/// What checking a fleet found, for people and for programs.
package struct FleetCheckReport {
    package var check: FleetCheck

    package init(_ check: FleetCheck) { self.check = check }

    package var exitStatus: ExitStatus { check.problems.isEmpty ? .success : .broken }

    package var lines: [Line] {
        let warnings = check.warnings.flatMap { problem in
            problem.lines.enumerated().map { $0 == 0 ? Line("warning: ", .yellow) + $1 : $1 }
        }
        let notices = warnings + check.notices.map { Line("note: ", .cyan) + Line($0.string) }
        let units = counted(check.units.count, "unit")
        if check.problems.isEmpty {
            let name = check.fleet.map { "fleet \($0)" } ?? "the fleet"
            return notices + [Line("valid", .green) + Line(": \(name) makes \(units)")]
        }
        let verdict = Line(counted(check.problems.count, "problem"), .red) + Line(", \(units) can be read")
        return check.problems.flatMap(\.lines) + notices + [verdict]
    }

    package var value: Value {
        .fields([
            "valid": check.problems.isEmpty.wire, "fleet": check.fleet?.wire, "problems": check.problems.wire,
            "findings": .array(check.findings.map(\.wire)), "notices": check.notices.wire, "units": check.units.wire,
        ])
    }
}

extension FleetCheck.Finding {
    fileprivate var wire: Value {
        .fields([
            "rule": .string(Text(rule.rawValue)), "level": .string(Text(level.rawValue)), "problem": problem.wire,
            "units": units.isEmpty ? nil : units.wire,
        ])
    }
}
