// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct AuthTokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Make a token count no longer, at once, with all sessions that it began.",
        discussion: """
            Examples:
              trimtab auth token revoke ci --reason "leaked in a log"
            """)

    @Argument(help: ArgumentHelp("Which.", valueName: "name"))
    var name: TokenName

    @OptionGroup var state: ReachOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    func run() async throws {
        let actor = Environment.current.actor()
        let (name, reason) = (name, act.text)
        let result = try await TokenAccess(place: try state.place).with { tokens in
            try await tokens.revokeToken(name, reason: reason, actor: actor)
        }
        output.print(result)
    }
}
