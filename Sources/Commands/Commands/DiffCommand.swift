// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        _superCommandName: "trimtab",
        abstract: "Show how live objects differ from what was last applied.",
        discussion: """
            This is drift: what was changed without a commit, field by field, and by whom where that can be known. \
            What newer commits would change is shown by "trimtab plan". The exit status is 2 when something differs. \
            What others have put into lists and maps that an object declares is shown as added and is no difference, \
            unless the application says sync.additions: remove. With --owners each field says who holds it, as a \
            cluster records that in metadata.managedFields: who applied or wrote it, when that was last, and through \
            which part.

            Examples:
              trimtab diff
              trimtab diff web@prod
              trimtab diff web@prod --owners --output json
            """)

    @OptionGroup var units: UnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Say of each field who holds it.")
    var owners = false

    func run() async throws {
        let (filter, hasOwners) = (units.filter, owners)
        let reports = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            let reports = try await engine.diff(filter, hasOwners: hasOwners)
            if reports.isEmpty { try await filter.requireUnits(in: engine) }
            return reports
        }
        let lines = DriftLines(reports)
        output.print(List(reports).wire) { _ in lines.lines }
        try lines.exitStatus.end()
    }
}
