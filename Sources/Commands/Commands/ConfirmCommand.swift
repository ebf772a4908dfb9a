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

    @OptionGroup var vote: VoteOptions

    func run() async throws {
        try await vote.run(on: "a confirmation") { engine, request, actor in
            try await engine.confirm(request.unit, plan: request.plan, reason: request.reason, actor: actor)
        }
    }
}
