// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct ContextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        _superCommandName: "trimtab",
        abstract: "The servers that you have signed in to.",
        discussion: """
            Examples:
              trimtab context list
              trimtab context use prod
              trimtab context use --none
              trimtab context remove prod
            """,
        subcommands: [ContextListCommand.self, ContextUseCommand.self, ContextRemoveCommand.self])
}

struct ContextListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show them; the current one is marked.",
        discussion: """
            Examples:
              trimtab context list
            """)

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let contexts = try Contexts.read()
        let value = Value.array(
            contexts.all.map { context in
                .object([
                    "name": .string(context.name), "server": .string(context.server),
                    "current": .bool(context.name == contexts.current),
                ])
            })
        output.print(.object(["items": value])) { width in
            guard !contexts.all.isEmpty else { return [Line("You have not signed in anywhere.", .faint)] }
            var table = Table(["", "CONTEXT", "SERVER"].map { Table.Column($0) })
            for context in contexts.all {
                let mark = context.name == contexts.current ? "*" : ""
                table.append([Line(mark), Line(context.name.string), Line(context.server.string)])
            }
            return table.lines(width: width)
        }
    }
}

struct ContextUseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract: "Say where commands go that do not say.",
        discussion: """
            Examples:
              trimtab context use prod
              trimtab context use --none
            """)

    @Argument(help: ArgumentHelp("Which.", valueName: "name"))
    var name: String?

    @Flag(help: "This machine.")
    var none = false

    func validate() throws {
        if (name == nil) != none { throw ValidationError("say either a context or --none") }
    }

    func run() async throws {
        var contexts = try Contexts.read()
        contexts.current = try name.map { name throws(APIError) in try contexts.named(Text(name)).name }
        try contexts.write()
    }
}

struct ContextRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forget one, with its token. The token itself counts until it is revoked.",
        discussion: """
            Examples:
              trimtab context remove prod
            """)

    @Argument(help: ArgumentHelp("Which.", valueName: "name"))
    var name: String

    func run() async throws {
        var contexts = try Contexts.read()
        contexts.remove(try contexts.named(Text(name)).name)
        try contexts.write()
    }
}
