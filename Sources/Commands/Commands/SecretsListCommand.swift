// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show where the secrets of units lie, and at which versions they have them.",
        discussion: """
            As the journal says it: encrypted files in Git and places in stores, what does not come just now first. Values \
            are kept nowhere, and shown to nobody.

            Examples:
              trimtab secrets list
              trimtab secrets list @prod --output json
            """)

    @OptionGroup var units: UnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let filter = units.filter
        let places = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            let places = try await engine.secrets(of: filter)
            if places.isEmpty { try await filter.requireUnits(in: engine) }
            return places
        }
        let now = Environment.current.now()
        output.print(List(places).wire) { SecretPlaceReport(places, now: now).lines(width: $0) }
    }
}
