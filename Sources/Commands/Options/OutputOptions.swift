// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

enum OutputFormat: String, Sendable, Choice {
    case table, json, yaml
}

/// How an answer is shown.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("For people, or for programs.", valueName: "format"))
    var output = OutputFormat.table

    @Flag(name: .customLong("no-color"), help: "No colours, also on a terminal. So does $NO_COLOR.")
    var isPlain = false

    var hasColour: Bool { Self.hasColour(isPlain: isPlain) }

    static func hasColour(isPlain: Bool) -> Bool {
        let environment = Environment.current
        return !isPlain && environment.terminal.width != nil && (environment.variables["NO_COLOR"] ?? "").isEmpty
            && environment.variables["TERM"] != "dumb"
    }

    /// One value for programs, lines for people.
    func print(_ value: Value, _ lines: (Int?) -> [Line]) {
        let terminal = Environment.current.terminal
        switch output {
        case .table: terminal.write(lines(terminal.width).text(colour: hasColour))
        case .json: terminal.write(SafeText.json(value, style: .pretty))
        case .yaml: terminal.write(String(decoding: YAML.write(value), as: UTF8.self))
        }
    }
}

/// Keep showing.
struct WatchOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Show it again whenever something happens, until interrupted.")
    var watch = false
}

/// What every act leaves in the journal.
struct ActOptions: ParsableArguments {
    @Option(
        name: [.customLong("reason"), .customShort("m")],
        help: ArgumentHelp("Why; kept in the journal.", valueName: "text"))
    var reason = ""

    var text: Text { Text(reason) }
}

extension OutputOptions {
    func print(_ result: ActResult) {
        print(result.wire) { _ in [Line(result.message.string)] + result.units.map { Line("  \($0)") } }
    }
}
