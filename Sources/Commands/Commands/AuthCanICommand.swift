// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct AuthCanICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "can-i",
        abstract: "Say whether something is allowed.",
        discussion: """
            Prints "yes" or "no" and why; the exit status of "no" is 3.

            Examples:
              trimtab auth can-i sync web@prod
              trimtab auth can-i audit
              trimtab auth can-i sync web@prod --as token:ci
            """)

    @OptionGroup var question: QuestionOptions
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let answer = try await question.ask(try fleet.request(at: state))
        output.print(answer.wire) { _ in [Line(answer.isAllowed ? "yes: " : "no: ") + Line(answer.reason.string)] }
        if !answer.isAllowed { try ExitStatus.blocked.end() }
    }
}
