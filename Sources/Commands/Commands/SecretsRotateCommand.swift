// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Encrypt files with new data keys.",
        discussion: """
            The values stay, and all of them are encrypted anew, to the same recipients. After someone left, first \
            "updatekeys", then "rotate"; and change the secrets themselves, since Git remembers.

            Examples:
              trimtab secrets rotate apps/web/secret.yaml
              trimtab secrets rotate --commit $(git ls-files '*.enc.yaml')
            """)

    @Argument(help: ArgumentHelp("The encrypted files, which are replaced.", valueName: "file"), completion: .file())
    var files: [String]

    @OptionGroup var options: SecretFileOptions

    @Flag(help: "Commit them, and nothing else, by git.")
    var commit = false

    @Option(name: .shortAndLong, help: ArgumentHelp("The message of the commit.", valueName: "text"))
    var message = "Rotate data keys"

    func run() async throws {
        var paths: [Text] = []
        for name in files {
            let file = try options.read(name)
            try Files.replace(file.path.string, try await Environment.current.parts.secrets.rotate(file))
            Environment.current.terminal.writeError("\(file.name): rotated\n")
            paths.append(file.path)
        }
        guard commit else { return }
        try await Environment.current.parts.secrets.commit(paths, Text(message))
        Environment.current.terminal.writeError("committed: \(message)\n")
    }
}
