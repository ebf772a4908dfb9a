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
            For pre-commit hooks and CI: needs no daemon, no network and no rights. The exit status is 6 when \
            something is wrong; every problem says file, line, column and what to do.

            Examples:
              trimtab validate
              trimtab validate ./my-fleet --output json
            """)

    @Argument(help: ArgumentHelp("The folder that holds fleet.yaml.", valueName: "dir"))
    var folder = "."

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let check = try await Environment.current.parts.validate(try Paths.absolute(folder))
        let report = FleetCheckReport(check)
        output.print(report.value) { _ in report.lines }
        try report.exitStatus.end()
    }
}
