// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct AuthExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why something is allowed or not: every role that counts, and where it is written.",
        discussion: """
            Examples:
              trimtab auth explain sync web@prod
              trimtab auth explain approve web@prod --as ada@example.org --group shop-leads
              trimtab auth explain sync web@prod --as workload:github --claim repository=acme/shop
            """)

    @OptionGroup var question: QuestionOptions
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let answer = try await question.ask(try fleet.request(at: state))
        output.print(answer.wire) { _ in
            [Line(answer.reason.string)]
                + answer.grounds.map { Line("  allows it: ", .green) + Line($0.string) }
                + answer.others.map { Line("  does not: ", .faint) + Line($0.string) }
        }
    }
}
