// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        _superCommandName: "trimtab",
        abstract: "End a pause, or take up units again that someone kept changing back.",
        discussion: """
            Examples:
              trimtab resume web@prod
              trimtab resume --all --reason "the outage is over"
            """)

    @OptionGroup var units: ActingUnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    func run() async throws {
        let actor = Environment.current.actor()
        let (filter, reason) = (units.filter, act.text)
        let result = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            try await engine.resume(filter, reason: reason, actor: actor)
        }
        output.print(result)
    }
}
