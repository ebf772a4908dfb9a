// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct RejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        _superCommandName: "trimtab",
        abstract: "Say no to a plan that waits for approval.",
        discussion: """
            The plan waits until you agree to it, or until there is another one.

            Examples:
              trimtab reject web@prod --plan 4c1fa09be2d7 --reason "the limits are too low"
            """)

    @OptionGroup var vote: VoteOptions

    func validate() throws {
        if vote.act.text.isEmpty { throw ValidationError("say with --reason why") }
    }

    func run() async throws {
        try await vote.run(on: "an approval") { engine, request, actor in
            try await engine.reject(request, by: .local(actor))
        }
    }
}
