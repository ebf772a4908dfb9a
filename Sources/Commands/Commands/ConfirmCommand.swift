// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct ConfirmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        _superCommandName: "trimtab",
        abstract: "Let a plan through that a guard holds back.",
        discussion: """
            A confirmation binds to the plan that you have seen: when things have changed since, it is refused. See \
            the plan and its digits with "trimtab plan".

            Examples:
              trimtab plan web@prod
              trimtab confirm web@prod --plan 4c1fa09be2d7 --reason "yes, the old site goes"
            """)

    @OptionGroup var unit: UnitArgument
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    @Option(help: ArgumentHelp("The plan's digest, or its first digits (at least 8).", valueName: "digest"))
    var plan: String

    func validate() throws {
        guard plan.utf8.count >= 8 else { throw ValidationError("--plan needs at least 8 digits") }
    }

    func run() async throws {
        let actor = Environment.current.actor()
        let (unit, digits, reason) = (unit, Text(plan), act.text)
        let result = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            let status = try await unit.find(in: engine)
            // A whole digest needs no look at what waits, which is not told while the unit is being looked at.
            if let whole = Digest(hex: digits.string) {
                return try await engine.confirm(status.unit, plan: whole, reason: reason, actor: actor)
            }
            guard let waiting = status.block?.plan else {
                throw APIError(.conflict, "\(status.unit): no plan waits for a confirmation")
            }
            guard waiting.hex.utf8.starts(with: digits.utf8) else {
                throw APIError(
                    .conflict, "\(status.unit): the plan that waits is \(Text(waiting.short)), not \(digits)",
                    advice: "look at it with \"trimtab plan \(Text(status.unit.inFleet))\"")
            }
            return try await engine.confirm(status.unit, plan: waiting, reason: reason, actor: actor)
        }
        output.print(result)
    }
}
