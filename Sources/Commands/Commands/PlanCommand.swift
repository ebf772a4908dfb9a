// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        _superCommandName: "trimtab",
        abstract: "Show what a sync would do, without doing it.",
        discussion: """
            Compares what Git asks for with what is live, and asks a cluster's server what it would have against it, \
            without a change. The exit status is 2 when something would change, so that a pull request's check can tell.

            Examples:
              trimtab plan
              trimtab plan web@prod --revision my-branch
              trimtab plan --fleet . --state /tmp/check --output json
            """)

    @OptionGroup var units: UnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: ArgumentHelp(
            "Plan for this branch, tag or commit of the units' sources instead of what they follow.",
            valueName: "rev"))
    var revision: String?

    func run() async throws {
        let (filter, revision) = (units.filter, revision.map { Text($0) })
        let plans = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            let plans = try await engine.plan(filter, revision: revision)
            if plans.isEmpty { try await filter.requireUnits(in: engine) }
            return plans
        }
        let report = PlanReport(plans)
        output.print(List(plans).wire) { _ in report.lines }
        try report.exitStatus.end()
    }
}
