// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show the syncs of a unit.",
        discussion: """
            Examples:
              trimtab history web@prod
              trimtab history web@prod --limit 50 --output json
            """)

    @OptionGroup var unit: UnitArgument
    @OptionGroup var state: StateOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions

    @Option(name: [.short, .long], help: ArgumentHelp("At most so many, the newest.", valueName: "count"))
    var limit = 20

    func validate() throws {
        guard EventFilter.limits.contains(limit) else { throw ValidationError("--limit must be between 1 and 10000") }
    }

    func run() async throws {
        let (unit, limit) = (unit, limit)
        let entries = try await EngineAccess(request: try fleet.request(state: try state.folder)).with { engine in
            try await engine.history(of: try await unit.find(in: engine).unit, limit: limit)
        }
        let now = Environment.current.now()
        output.print(List(entries).wire) { HistoryReport(entries, now: now).lines(width: $0) }
    }
}
