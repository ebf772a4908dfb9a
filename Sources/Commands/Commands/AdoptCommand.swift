// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        _superCommandName: "trimtab",
        abstract: "Take over what others have applied to a cluster of a unit's objects.",
        discussion: """
            What "kubectl apply", Helm, Argo CD or Flux own of the objects becomes the unit's: their values stay, and \
            the next sync makes the objects what Git says, so that fields go that Git does not name. Stop the others \
            first, or they take it back. With --dry-run it is only said what would be taken over.

            Examples:
              trimtab adopt web@prod --dry-run
              trimtab adopt web@prod --from helm --reason "moved to Git"
            """)

    @OptionGroup var unit: UnitArgument
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    @Option(
        help: ArgumentHelp(
            "Take over from this manager only, as metadata.managedFields names it. May be repeated.",
            valueName: "manager"))
    var from: [String] = []

    @Flag(help: "Change nothing.")
    var dryRun = false

    func run() async throws {
        let actor = Environment.current.actor()
        let (unit, managers, isDry, reason) = (unit, from.map { Text($0) }, dryRun, act.text)
        let report = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            let status = try await unit.find(in: engine)
            return try await engine.adopt(status.unit, from: managers, isDry: isDry, reason: reason, actor: actor)
        }
        let lines = AdoptionLines(report)
        output.print(report.wire) { _ in lines.lines }
        try lines.exitStatus.end()
    }
}
