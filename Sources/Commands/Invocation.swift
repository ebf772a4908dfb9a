// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

/// One run of the command line: from its words to the exit status.
package enum Invocation {
    /// - Parameter arguments: without the name of the program.
    package static func run(_ arguments: [String], in environment: Environment) async -> ExitStatus {
        await Environment.$current.withValue(environment) {
            let status = await run(arguments)
            guard let reason = environment.terminal.failure() else { return status }
            // Whoever keeps what was printed, a journal or a token, must not take it for the whole.
            let error = APIError(.failed, "standard output: cannot write: \(Text(reason))")
            return status.worse(report(error))
        }
    }

    private static func run(_ arguments: [String]) async -> ExitStatus {
        do {
            var command = try parse(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return .success
        } catch {
            return report(error)
        }
    }

    /// A command that the first word names is read by itself: to set up all the others takes longer than some commands do.
    /// What is not plainly right, help included, is for the root to read, whose words name the whole command. That each
    /// says what it stands below (`_superCommandName`) spares the parser a search for the root's own options.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        let named = TrimtabCommand.configuration.subcommands.first { $0.configuration.commandName == arguments.first }
        if let named, let command = try? named.parseAsRoot(Array(arguments.dropFirst())), type(of: command) == named {
            return command
        }
        if arguments.first == "help" { try requireCommand(Array(arguments.dropFirst())) }
        return try TrimtabCommand.parseAsRoot(arguments)
    }

    /// The parser explains the nearest command that there is, as if that had been asked for.
    private static func requireCommand(_ names: [String]) throws {
        var command: any ParsableCommand.Type = TrimtabCommand.self
        for name in names where !name.hasPrefix("-") && name != "help" {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == name }) else {
                throw ValidationError("there is no command \"\(name)\"")
            }
            command = next
        }
    }

    private static func report(_ error: any Error) -> ExitStatus {
        let terminal = Environment.current.terminal
        switch error {
        case let error as APIError:
            terminal.writeError(lines(of: error).text(colour: hasColour))
            return error.code.exitStatus
        case is CancellationError:
            return .interrupted
        case let status as ExitCode:
            return ExitStatus(rawValue: status.rawValue) ?? .failure
        default:
            let status = TrimtabCommand.exitCode(for: error)
            let text = TrimtabCommand.fullMessage(for: error)
            if status.isSuccess {
                terminal.write(text + "\n")
            } else {
                terminal.writeError(complaint(text).text(colour: hasColour))
            }
            return ExitStatus(rawValue: status.rawValue) ?? .failure
        }
    }

    /// What argument-parser says of a wrong command line, without the usage of every option.
    private static func complaint(_ text: String) -> [Line] {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("Usage: ") }
        return lines.map { line in
            guard line.hasPrefix("Error: ") else { return Line(String(line)) }
            return Line("error: ", .red) + Line(String(line.dropFirst(7)))
        }
    }

    /// What failed, where it is written, and what to do.
    private static func lines(of error: APIError) -> [Line] {
        [Line("error: ", .red) + Line(error.message.string)]
            + error.problems.flatMap(\.lines).map { Line("  ") + $0 }
            + (error.advice.map { [Line("hint: ", .cyan) + Line($0.string)] } ?? [])
    }

    private static var hasColour: Bool {
        let environment = Environment.current
        return environment.terminal.isErrorVisible && (environment.variables["NO_COLOR"] ?? "").isEmpty
            && environment.variables["TERM"] != "dumb"
    }
}

extension ExitStatus {
    /// Ends a command that did its work, with other news than success.
    func end() throws {
        if self != .success { throw ExitCode(rawValue) }
    }
}
