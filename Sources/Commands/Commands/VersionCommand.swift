// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        _superCommandName: "trimtab",
        abstract: "Print the version of this binary.",
        discussion: """
            Examples:
              trimtab version
              trimtab version --output json
            """)

    @OptionGroup var output: OutputOptions

    func run() {
        output.print(["version": Build.version.wire]) { _ in [Line("trimtab \(Build.version)")] }
    }
}
