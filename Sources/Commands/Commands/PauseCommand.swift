// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        _superCommandName: "trimtab",
        abstract: "Leave units alone for a while.",
        discussion: """
            Until the end of the pause nothing is synced and no drift is put back; drift is still recorded. A pause \
            always ends; "trimtab resume" ends it earlier.

            Examples:
              trimtab pause web@prod --for 2h --reason "looking into the outage"
              trimtab pause @edge-1 --until 2026-11-24T06:00:00Z
              trimtab pause --all --for 15m
            """)

    @OptionGroup var units: ActingUnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    @Option(
        name: .customLong("for"), help: ArgumentHelp("How long: 15m, 2h, 1d. Default: 1h.", valueName: "duration"))
    var length: LengthOfTime?

    @Option(help: ArgumentHelp("Until when: 2026-11-24T06:00:00Z.", valueName: "time"))
    var until: PointInTime?

    func validate() throws {
        if length != nil, until != nil { throw ValidationError("say either --for or --until") }
    }

    func run() async throws {
        let actor = Environment.current.actor()
        let now = Environment.current.now()
        let end = until?.time(now: now) ?? now.advanced(by: length?.duration ?? .seconds(3600))
        guard end > now else { throw APIError(.invalid, "the end of the pause lies in the past") }
        let (filter, reason) = (units.filter, act.text)
        let result = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            try await engine.pause(filter, until: end, reason: reason, actor: actor)
        }
        output.print(result)
    }
}
