// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        _superCommandName: "trimtab",
        abstract: "Bring units to what Git says, now.",
        discussion: """
            Waits until all of them are through. With --once the work is done by this process, without a daemon: for \
            timers, images and first tries.

            With --only it is some objects that are synced, of the units that have them: no other is touched and no \
            hook runs. The unit is brought to no version by that; what its application lets happen by itself happens to \
            the rest, at once. What left Git is deleted along with that only with --prune, which is also how it is asked \
            for where the application says sync.prune.mode: manual. Guards and approvals hold for both.

            Examples:
              trimtab sync web@prod --reason "hotfix"
              trimtab sync
              trimtab sync --dry-run
              trimtab sync web@prod --only Deployment/web --only ConfigMap/shop/settings
              trimtab sync web@prod --prune --dry-run
              trimtab sync --once --fleet ./my-fleet --state ./my-state
            """)

    @OptionGroup var units: UnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    @Flag(help: "In this process; an error when a daemon works on the state folder.")
    var once = false

    @Flag(help: "Do nothing, and say what would be done: as \"trimtab plan\".")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Only this object, as kind/name, kind/namespace/name or kind.group/name; any name as kind/*. May be repeated.",
            valueName: "object"))
    var only: [ObjectPattern] = []

    @Flag(help: "Delete what left Git, also where the application leaves that to a person; with --only of those named.")
    var prune = false

    private var part: PartRequest { PartRequest(only: only, isPruning: prune) }

    func run() async throws {
        if dryRun { return try await rehearse() }
        let actor = Environment.current.actor()
        let (filter, part, reason) = (units.filter, part, act.text)
        let progress = Progress(output: output)
        let access = EngineAccess(request: try fleet.request(at: state), isOnce: once)
        let results = try await access.with { engine in
            try await progress.show(of: filter, in: engine) {
                try await engine.sync(filter, part: part, reason: reason, actor: actor)
            }
        }
        let report = SyncReport(results)
        output.print(List(results).wire) { _ in report.lines }
        try report.exitStatus.end()
    }

    private func rehearse() async throws {
        let (filter, part) = (units.filter, part)
        let access = EngineAccess(request: try fleet.request(at: state), isOnce: once)
        let plans = try await access.with { engine in
            let plans = try await engine.plan(filter, revision: nil, part: part)
            if plans.isEmpty { try await filter.requireUnits(in: engine) }
            return plans
        }
        let report = PlanReport(plans)
        output.print(List(report.plans).wire) { _ in report.lines }
        try report.exitStatus.end()
    }
}
