// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct AuthTokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the tokens, what they may do, and when they were used.",
        discussion: """
            Examples:
              trimtab auth token list
              trimtab auth token list --output json
            """)

    @OptionGroup var state: ReachOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let tokens = try await TokenAccess(place: try state.place).with { try await $0.tokens() }
        let now = Environment.current.now()
        output.print(List(tokens).wire) { width in
            guard !tokens.isEmpty else { return [Line("There are no tokens.", .faint)] }
            var table = Table(["TOKEN", "MAY", "PROJECTS", "MADE BY", "ENDS", "USED"].map { Table.Column($0) })
            for token in tokens { table.append(Self.row(token, now)) }
            return table.lines(width: width)
        }
    }

    private static func row(_ token: TokenView, _ now: Time) -> [Line] {
        let verbs = Verb.allCases.filter(token.scope.verbs.contains).map(\.rawValue)
        let projects = token.scope.projects.sorted().map(\.description)
        let isOver = token.expires <= now
        return [
            Line("\(token.name)"), Line(verbs.isEmpty ? "as roles say" : verbs.joined(separator: ",")),
            Line(verbs.isEmpty ? "" : projects.isEmpty ? "all" : projects.joined(separator: ",")),
            Line(token.creator.text.string),
            isOver ? Line("over", .red) : Line(Relative.time(token.expires, now: now)),
            Line(token.used.map { Relative.time($0, now: now) } ?? "never"),
        ]
    }
}
