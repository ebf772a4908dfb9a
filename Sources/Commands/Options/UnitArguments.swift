// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

/// Which units are meant; none said means all.
struct UnitArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Units: web (on all targets), web@prod, @prod (all of a target), acme/web@prod. None means all.",
            valueName: "unit"))
    var units: [UnitPattern] = []

    @Option(help: ArgumentHelp("Units of this project only.", valueName: "name"))
    var project: ProjectName?

    var filter: UnitFilter { UnitFilter(patterns: units, project: project) }
}

extension UnitFilter {
    /// Refuses to say nothing of units that were asked for and are none. All units may be none.
    func requireUnits(in engine: any Operations) async throws(APIError) {
        guard self != .all else { return }
        let status = try await engine.status(of: self)
        try requireUnits(in: status)
    }

    /// The same for those who have asked a journal: units of which there is no event, and which are not in the fleet
    /// either, where that can be asked.
    func requireUnits(known journal: any JournalOperations) async throws(APIError) {
        guard self != .all else { return }
        let page = try await journal.events(EventFilter(units: self, limit: 1))
        guard page.events.isEmpty else { return }
        if let engine = journal as? any Operations { return try await requireUnits(in: engine) }
        throw APIError(
            .notFound, Text("no unit that the journal names \(wanted)"), advice: "see them with \"trimtab status\"")
    }

    /// - Parameter status: of this filter.
    func requireUnits(in status: FleetStatus) throws(APIError) {
        guard self != .all, status.units.isEmpty else { return }
        if status.fleet == nil, let problem = status.problems.first {
            throw APIError(.unavailable, "the fleet cannot be read", problems: [problem])
        }
        // One whose target cannot be served just now is none either.
        throw APIError(
            .notFound, Text("no unit \(wanted)"), advice: "see them with \"trimtab status\"",
            problems: Array(status.problems.prefix(10)))
    }

    /// `matches web@prdo, @stage`
    var wanted: String {
        let names = patterns.map(\.description).joined(separator: ", ")
        guard let project else { return "matches \(names)" }
        return names.isEmpty ? "belongs to \(project)" : "of \(project) matches \(names)"
    }
}

/// Units for an act that should not mean all of them by accident.
struct ActingUnitArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Units: web (on all targets), web@prod, @prod (all of a target), acme/web@prod.", valueName: "unit"))
    var units: [UnitPattern] = []

    @Option(help: ArgumentHelp("Units of this project only.", valueName: "name"))
    var project: ProjectName?

    @Flag(help: "All units.")
    var all = false

    var filter: UnitFilter { UnitFilter(patterns: units, project: project) }

    func validate() throws {
        if units.isEmpty, project == nil, !all { throw ValidationError("say which units, or --all") }
        if all, !units.isEmpty { throw ValidationError("say either which units or --all") }
    }
}

/// The one unit of a command that takes one.
struct UnitArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("A unit: web@prod, or web when it runs on one target.", valueName: "unit"))
    var unit: UnitPattern

    init() {}

    init(unit: UnitPattern) { self.unit = unit }

    func find(in engine: any Operations) async throws(APIError) -> UnitStatus {
        let units = try await engine.status(of: UnitFilter(patterns: [unit])).units
        guard let first = units.first else {
            throw APIError(.notFound, "\(unit.description): no such unit", advice: "see them with \"trimtab status\"")
        }
        guard units.count == 1 else {
            let names = units.prefix(5).map(\.unit.inFleet).joined(separator: ", ")
            throw APIError(
                .invalid, "\(unit.description): means \(units.count) units", advice: "say which: \(Text(names))")
        }
        return first
    }
}
