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
        abstract: "Show how the units do.",
        discussion: """
            Examples:
              trimtab status
              trimtab status web@prod --watch
              trimtab status @prod --output json
            """)

    @OptionGroup var units: UnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var watching: WatchOptions

    func run() async throws {
        let filter = units.filter
        let (output, isWatching) = (output, watching.watch)
        let now = Environment.current.now
        try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            try await Watch(isOn: isWatching, output: output).show(events: engine) {
                let status = try await engine.status(of: filter)
                output.print(status.wire) { StatusReport(status, now: now()).lines(width: $0) }
            }
        }
    }
}
