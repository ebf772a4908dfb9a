// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        _superCommandName: "trimtab",
        abstract: "Agree to a plan that waits for it.",
        discussion: """
            For applications with sync.approval. Your word counts for exactly the plan that you have seen, when you are \
            in one of the groups, and did not write what it applies. See the plan with "trimtab plan".

            Examples:
              trimtab approve web@prod --plan 4c1fa09be2d7 --reason "looks right"
              trimtab approve web@prod --plan 4c1fa09be2d7 --break-glass --reason "nobody else is awake, prod is down"
            """)

    @OptionGroup var vote: VoteOptions

    @Flag(help: "Do without the approvals that are missing. Needs the right to administer, and is on record.")
    var breakGlass = false

    func validate() throws {
        if breakGlass, vote.act.text.isEmpty { throw ValidationError("--break-glass needs a --reason") }
    }

    func run() async throws {
        let isBreakGlass = breakGlass
        try await vote.run(on: "an approval") { engine, request, actor in
            var request = request
            request.isBreakGlass = isBreakGlass
            return try await engine.approve(request, by: .local(actor))
        }
    }
}
