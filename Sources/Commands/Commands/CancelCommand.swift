// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        _superCommandName: "trimtab",
        abstract: "Stop a sync that is under way.",
        discussion: """
            It ends before its next act; an act in flight is finished and its outcome recorded. What was applied so far \
            stays as it is. The same version is not tried again by itself: the unit waits for another one, for \
            "trimtab sync", or for "trimtab resume".

            Examples:
              trimtab cancel web@prod --reason "wrong branch"
              trimtab cancel --all
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
            try await engine.cancel(filter, reason: reason, actor: actor)
        }
        output.print(result)
    }
}
