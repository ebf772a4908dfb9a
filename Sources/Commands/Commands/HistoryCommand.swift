// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        _superCommandName: "trimtab",
        abstract: "Show the syncs of a unit, or the commits that changed it.",
        discussion: """
            With --commits: the commits that changed what the unit is rendered from (its folder, and the files that it \
            reads elsewhere), as "git log" would list them, whether they were synced or not.

            Examples:
              trimtab history web@prod
              trimtab history web@prod --commits
              trimtab history web@prod --limit 50 --output json
            """)

    @OptionGroup var unit: UnitArgument
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions

    @Option(name: [.short, .long], help: ArgumentHelp("At most so many, the newest.", valueName: "count"))
    var limit = 20

    @Flag(help: "Show commits instead of syncs.")
    var commits = false

    func validate() throws {
        guard EventFilter.limits.contains(limit) else { throw ValidationError("--limit must be between 1 and 10000") }
    }

    func run() async throws {
        let (unit, limit) = (unit, limit)
        let engine = EngineAccess(request: try fleet.request(at: state))
        let now = Environment.current.now()
        if commits {
            let found = try await engine.with { engine in
                try await engine.commits(of: try await unit.find(in: engine).unit, limit: limit)
            }
            return output.print(List(found).wire) { CommitReport(found, now: now).lines(width: $0) }
        }
        let entries = try await engine.with { engine in
            try await engine.history(of: try await unit.find(in: engine).unit, limit: limit)
        }
        output.print(List(entries).wire) { HistoryReport(entries, now: now).lines(width: $0) }
    }
}
