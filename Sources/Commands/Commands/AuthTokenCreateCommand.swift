// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct AuthTokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token, and print it: the only time that it is shown.",
        discussion: """
            Standard output gets the token and nothing else. Without --allow it may do only what role bindings give to \
            its name.

            Examples:
              trimtab auth token create ci --allow read --allow sync --project shop --for 90d
              trimtab auth token create grafana --allow read > grafana.token
            """)

    @Argument(help: ArgumentHelp("What to call it in the journal and in role bindings.", valueName: "name"))
    var name: TokenName

    @Option(
        name: .customLong("allow"),
        help: ArgumentHelp("What it may do: read, sync, pause … May be repeated.", valueName: "verb"))
    var verbs: [Verb] = []

    @Option(
        name: .customLong("project"),
        help: ArgumentHelp("Only with units of this project. May be repeated.", valueName: "name"))
    var projects: [ProjectName] = []

    @Option(name: .customLong("for"), help: ArgumentHelp("How long it counts, at most 366d.", valueName: "duration"))
    var life = LengthOfTime(.seconds(30 * 86_400))

    @OptionGroup var state: ReachOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    func validate() throws {
        if verbs.isEmpty, !projects.isEmpty { throw ValidationError("--project goes with --allow") }
    }

    func run() async throws {
        let environment = Environment.current
        let request = TokenRequest(
            name: name, scope: TokenScope(verbs: Set(verbs), projects: Set(projects)),
            expires: environment.now().advanced(by: life.duration), reason: act.text)
        let actor = environment.actor()
        let issued = try await TokenAccess(place: try state.place).with { tokens in
            try await tokens.createToken(request, actor: actor)
        }
        if output.output == .table {
            issued.text.withExposed { environment.terminal.write("\($0)\n") }
        } else {
            output.print(issued.wire) { _ in [] }
        }
    }
}
