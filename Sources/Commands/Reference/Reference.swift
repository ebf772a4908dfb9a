// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser
import Manifest

/// The reference of the command line as Markdown, made from what the commands say of themselves.
enum Reference {
    static func markdown() throws -> String {
        let root = try dump()
        var text = """
            # Command line

            <!-- Made from the commands themselves: trimtab help-reference > docs/cli.md -->

            Every command has `--help` with examples. [Options](#common-options) that many \
            share, [completion](#completion) and [exit statuses](#exit-statuses) are at the end.


            """
        let all = commands(in: root)
        let common = commonArguments(of: all)
        text += summary(of: root)
        for command in all { text += section(for: command, common) }
        text += "## Common options\n\n" + table(common)
        return text + completion + exitStatuses
    }

    /// What argument-parser knows of the commands.
    private static func dump() throws -> Value {
        do {
            _ = try TrimtabCommand.parseAsRoot(["--experimental-dump-help"])
        } catch {
            let json = Array(TrimtabCommand.fullMessage(for: error).utf8)
            return try JSON.read(json, file: "the help")["command"] ?? .null
        }
        return .null
    }

    /// Depth first; the generated `help` and hidden commands left out.
    private static func commands(in parent: Value) -> [Command] {
        children(of: parent).flatMap { child -> [Command] in
            [Command(child)] + commands(in: child)
        }
    }

    private static func children(of command: Value) -> [Value] {
        (command["subcommands"]?.arrayValue ?? []).filter {
            $0["commandName"] != "help" && $0["shouldDisplay"]?.boolValue != false
        }
    }

    private static func summary(of root: Value) -> String {
        var text = "| command | |\n|---|---|\n"
        for command in commands(in: root) {
            let anchor = command.name.replacingSpaces
            text += "| [`\(command.name)`](#\(anchor)) | \(Markdown.cell(command.abstract)) |\n"
        }
        return text + "\n"
    }

    /// What at least four commands take, in the order in which it first comes.
    private static func commonArguments(of commands: [Command]) -> [Argument] {
        var counts: [Argument: Int] = [:]
        var order: [Argument] = []
        for argument in commands.flatMap(\.arguments) where argument.isOption {
            if counts[argument] == nil { order.append(argument) }
            counts[argument, default: 0] += 1
        }
        return order.filter { (counts[$0] ?? 0) >= 4 }
    }

    private static func table(_ arguments: [Argument]) -> String {
        guard !arguments.isEmpty else { return "" }
        let rows = arguments.map { argument in
            let initial = argument.initial.map { " Default: `\(Markdown.pipe($0))`." } ?? ""
            return "| \(argument.synopsis) | \(Markdown.cell(argument.meaning))\(initial) |\n"
        }
        return "| argument | |\n|---|---|\n" + rows.joined() + "\n"
    }

    private static func section(for command: Command, _ common: [Argument]) -> String {
        var text = "## \(command.name)\n\n\(Markdown.escape(command.abstract))\n\n"
        let (prose, examples) = command.discussion
        if !prose.isEmpty { text += Markdown.escape(prose) + "\n\n" }
        if !examples.isEmpty { text += "```sh\n\(examples)\n```\n\n" }
        text += table(command.arguments.filter { !common.contains($0) })
        let shared = command.arguments.filter(common.contains).map(\.longName).joined(separator: ", ")
        return shared.isEmpty ? text : text + "[Common options](#common-options): \(shared).\n\n"
    }

    private static let completion = """
        ## Completion

        ```sh
        trimtab --generate-completion-script bash > /etc/bash_completion.d/trimtab
        trimtab --generate-completion-script zsh > /usr/share/zsh/vendor-completions/_trimtab
        trimtab --generate-completion-script fish > /usr/share/fish/vendor_completions.d/trimtab.fish
        ```


        """

    private static var exitStatuses: String {
        "## Exit statuses\n\n| status | |\n|---|---|\n"
            + ExitStatus.allCases.map { "| \($0.rawValue) | \($0.meaning) |\n" }.joined()
    }
}

extension String {
    fileprivate var replacingSpaces: String { String(map { $0 == " " ? "-" : $0 }) }
}
