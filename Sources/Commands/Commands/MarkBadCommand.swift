// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct MarkBadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark-bad",
        _superCommandName: "trimtab",
        abstract: "Keep content from being synced to a unit, whatever commit brings it.",
        discussion: """
            The unit stays at, or goes back to, the last content before it that was good, until Git has something new. \
            "trimtab rollback --undo" takes back every mark.

            Examples:
              trimtab mark-bad web@prod --reason "leaks connections"
              trimtab mark-bad web@prod --content 3f9c2ab --reason "known to break"
            """)

    @OptionGroup var unit: UnitArgument
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    @Option(
        help: ArgumentHelp(
            "The first digits of a commit or content as \"trimtab history\" shows them. Default: the newest content.",
            valueName: "version"))
    var content: String?

    func run() async throws {
        let actor = Environment.current.actor()
        let (unit, version, reason) = (unit, content, act.text)
        let result = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            let id = try await unit.find(in: engine).unit
            var digest: Digest?
            if let version {
                digest = try VersionChoice(Text(version)).digest(
                    in: try await engine.history(of: id, limit: 50), of: id)
            }
            return try await engine.markBad(id, content: digest, reason: reason, actor: actor)
        }
        output.print(result)
    }
}
