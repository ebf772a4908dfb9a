// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct RefreshCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        _superCommandName: "trimtab",
        abstract: "Ask sources for new commits now.",
        discussion: """
            Examples:
              trimtab refresh
              trimtab refresh shop charts
            """)

    @Argument(
        help: ArgumentHelp("Names of sources. None means all, the fleet's repository included.", valueName: "source"))
    var sources: [SourceName] = []

    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    func run() async throws {
        let actor = Environment.current.actor()
        let (sources, reason) = (sources, act.text)
        let result = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            try await engine.refresh(sources, reason: reason, actor: actor)
        }
        output.print(result)
    }
}
