// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a fleet in a folder, offline.",
        discussion: """
            For pre-commit hooks and CI: needs no daemon, no network and no rights. Everything wrong is told at once, \
            with file, line, column and what to do. What applications render from the fleet repository itself is held \
            against the limits of their projects, and two units that declare one object are told; what they render \
            from other repositories is checked by "trimtab plan". The exit status is 6 when something is wrong.

            Examples:
              trimtab validate
              trimtab validate ./my-fleet --output json
            """)

    @Argument(help: ArgumentHelp("The folder that holds fleet.yaml.", valueName: "dir"), completion: .directory)
    var folder = "."

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let check = try await Environment.current.parts.validate(try Paths.absolute(folder))
        let report = FleetCheckReport(check)
        output.print(report.value) { _ in report.lines }
        try report.exitStatus.end()
    }
}
