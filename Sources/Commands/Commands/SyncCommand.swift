// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Bring units to what Git says, now.",
        discussion: """
            Waits until all of them are through. With --once the work is done by this process, without a daemon: for \
            timers, images and first tries.

            Examples:
              trimtab sync web@prod --reason "hotfix"
              trimtab sync
              trimtab sync --dry-run
              trimtab sync --once --fleet ./my-fleet --state ./my-state
            """)

    @OptionGroup var units: UnitArguments
    @OptionGroup var state: StateOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    @Flag(help: "In this process; an error when a daemon works on the state folder.")
    var once = false

    @Flag(help: "Do nothing, and say what would be done: as \"trimtab plan\".")
    var dryRun = false

    func run() async throws {
        if dryRun { return try await rehearse() }
        let actor = Environment.current.actor()
        let (filter, reason) = (units.filter, act.text)
        let progress = Progress(output: output)
        let access = EngineAccess(request: try fleet.request(state: try state.folder), isOnce: once)
        let results = try await access.with { engine in
            try await progress.show(of: filter, in: engine) {
                try await engine.sync(filter, reason: reason, actor: actor)
            }
        }
        let report = SyncReport(results)
        output.print(List(results).wire) { _ in report.lines }
        try report.exitStatus.end()
    }

    private func rehearse() async throws {
        let filter = units.filter
        let access = EngineAccess(request: try fleet.request(state: try state.folder), isOnce: once)
        let report = PlanReport(try await access.with { engine in try await engine.plan(filter, revision: nil) })
        output.print(List(report.plans).wire) { _ in report.lines }
        try report.exitStatus.end()
    }
}
