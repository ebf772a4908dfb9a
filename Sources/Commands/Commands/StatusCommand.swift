// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        _superCommandName: "trimtab",
        abstract: "Show how the units do, or what ran at an earlier time.",
        discussion: """
            With --tree, of one unit: what it applied and what that owns, down to Pods with their containers, as the \
            cluster shows it now to the project's account. ReplicaSets of earlier versions are left out.

            With --at: what the journal says that ran then, since when, who brought it and who let it through. \
            Times without a zone are UTC, as all times that are shown.

            Examples:
              trimtab status
              trimtab status web@prod --watch
              trimtab status web@prod --tree
              trimtab status @prod --output json
              trimtab status @prod --at 2026-10-14T12:00:00Z
              trimtab status @prod --at "14 October noon"
              trimtab status --at "yesterday 18:00" --project shop
            """)

    @OptionGroup var units: UnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var watching: WatchOptions

    @Option(
        help: ArgumentHelp(
            "What ran then: 2026-10-14T12:00:00Z, \"2026-10-14 12:00\", \"14 October noon\", 2h (ago).",
            valueName: "time"))
    var at: PointInTime?

    @Flag(help: "What a unit applied and what that owns, down to Pods.")
    var tree = false

    func validate() throws {
        if tree, units.units.count != 1 || units.project != nil {
            throw ValidationError("--tree reads the target of one unit: say which")
        }
        if tree, at != nil || watching.watch {
            throw ValidationError("--tree is a single look: leave --watch and --at out")
        }
        if at != nil, watching.watch { throw ValidationError("what was does not change: leave --watch or --at out") }
    }

    func run() async throws {
        if let at { return try await showPast(at) }
        if tree, let unit = units.units.first { return try await showTree(UnitArgument(unit: unit)) }
        let filter = units.filter
        let (output, isWatching) = (output, watching.watch)
        let now = Environment.current.now
        try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            try await Watch(isOn: isWatching, output: output).show(events: engine) {
                let status = try await engine.status(of: filter)
                // Whoever goes on looking may wait for one to come.
                if !isWatching { try filter.requireUnits(in: status) }
                output.print(status.wire) { StatusReport(status, now: now()).lines(width: $0) }
            }
        }
    }

    private func showTree(_ unit: UnitArgument) async throws {
        let tree = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            try await engine.tree(of: try await unit.find(in: engine).unit)
        }
        output.print(tree.wire) { _ in TreeReport(tree).lines }
    }

    /// Needs the journal alone.
    private func showPast(_ moment: PointInTime) async throws {
        let now = Environment.current.now()
        let request = PastRequest(units: units.filter, time: moment.time(now: now))
        let status = try await JournalAccess(place: try state.place).with { journal in
            let status = try await journal.past(request)
            if status.units.isEmpty { try await request.units.requireUnits(known: journal) }
            return status
        }
        output.print(status.wire) { PastReport(status).lines(width: $0) }
    }
}
