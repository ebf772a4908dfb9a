// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser
import Manifest

/// Prints docs/cli.md.
struct HelpReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help-reference", abstract: "Print the reference of the command line as Markdown.",
        shouldDisplay: false)

    func run() throws {
        Environment.current.terminal.write(try Reference.markdown())
    }
}
