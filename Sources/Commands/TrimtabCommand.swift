// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
package import ArgumentParser
import Manifest

/// The command line's root.
package struct TrimtabCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "trimtab",
        abstract: "Git says where things should be; Trimtab keeps them there, and every correction is on record.",
        discussion: """
            A daemon serves a fleet with "trimtab run". The other commands talk to it through its state folder, or do \
            their work themselves when there is none.

            Examples:
              trimtab init my-fleet
              trimtab run --fleet my-fleet --state my-state
              trimtab status --state my-state
            """,
        version: Build.version.string,
        groupedSubcommands: [
            CommandGroup(
                name: "See:",
                subcommands: [
                    StatusCommand.self, PlanCommand.self, DiffCommand.self, HistoryCommand.self, LogCommand.self,
                ]),
            CommandGroup(
                name: "Act:",
                subcommands: [
                    RunCommand.self, SyncCommand.self, CancelCommand.self, RefreshCommand.self, AcceptCommand.self,
                    PauseCommand.self, ResumeCommand.self, RollbackCommand.self, MarkBadCommand.self,
                    ConfirmCommand.self,
                    ApproveCommand.self, RejectCommand.self,
                    AdoptCommand.self,
                ]),
            CommandGroup(
                name: "Write a fleet:",
                subcommands: [
                    InitCommand.self, ValidateCommand.self, RenderCommand.self, SchemaCommand.self, SecretsCommand.self,
                ]),
            CommandGroup(
                name: "Who may what, and where:",
                subcommands: [AuthCommand.self, LoginCommand.self, ContextCommand.self]),
            CommandGroup(
                name: "Check:",
                subcommands: [
                    AuditCommand.self, VersionCommand.self, HelpReferenceCommand.self, APIReferenceCommand.self,
                ]),
        ])

    package init() {}
}
