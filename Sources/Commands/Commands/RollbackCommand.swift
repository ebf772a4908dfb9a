// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        _superCommandName: "trimtab",
        abstract: "Go back to an earlier version of a unit, and stay there until Git has something new.",
        discussion: """
            The content that is applied now is marked bad on this unit. Automation stays on: the next commit that \
            renders to anything else is synced as usual.

            Examples:
              trimtab rollback web@prod --reason "500s since the last deploy"
              trimtab rollback web@prod --to 3f9c2ab
              trimtab rollback web@prod --undo --reason "it was the database"
            """)

    @OptionGroup var unit: UnitArgument
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    @Option(
        help: ArgumentHelp(
            "The first digits of a commit or content as \"trimtab history\" shows them. Default: the newest good one.",
            valueName: "version"))
    var to: String?

    @Flag(help: "Take back what is marked bad on the unit, and sync to the newest again.")
    var undo = false

    func validate() throws {
        if undo, to != nil { throw ValidationError("say either --to or --undo") }
    }

    func run() async throws {
        let actor = Environment.current.actor()
        let (unit, version, undo, reason, progress) = (unit, to, undo, act.text, Progress(output: output))
        let result = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            let id = try await unit.find(in: engine).unit
            var digest: Digest?
            if let version {
                digest = try VersionChoice(Text(version)).digest(
                    in: try await engine.history(of: id, limit: 50), of: id)
            }
            let goal = digest
            return try await progress.show(of: UnitFilter(id), in: engine) {
                undo
                    ? try await engine.undoRollback(id, reason: reason, actor: actor)
                    : try await engine.rollback(id, to: goal, reason: reason, actor: actor)
            }
        }
        let report = SyncReport([result])
        output.print(result.wire) { _ in report.lines }
        try report.exitStatus.end()
    }
}
