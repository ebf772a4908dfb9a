// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsUpdateKeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "updatekeys",
        abstract: "Let in whom .sops.yaml names, and nobody else.",
        discussion: """
            Encrypts the data keys of files to the recipients of the rule that fits them. The values stay as they are: \
            who could read them before still knows them, and the old data key. "rotate" changes that.

            Examples:
              trimtab secrets updatekeys apps/web/secret.yaml
              trimtab secrets updatekeys --dry-run apps/web/secret.yaml
            """)

    @Argument(help: ArgumentHelp("The encrypted files, which are replaced.", valueName: "file"), completion: .file())
    var files: [String]

    @Flag(name: .customLong("dry-run"), help: "Only say what would change. The exit status is 2 when something would.")
    var isDry = false

    @OptionGroup var options: SecretFileOptions

    func run() async throws {
        let terminal = Environment.current.terminal
        var differs = false
        for name in files {
            let file = try options.read(name)
            guard let update = try await Environment.current.parts.secrets.updateKeys(file) else {
                terminal.write("\(file.name): as .sops.yaml says\n")
                continue
            }
            differs = true
            for key in update.added { terminal.write("\(file.name): + \(key)\n") }
            for key in update.removed { terminal.write("\(file.name): - \(key)\n") }
            if !isDry { try Files.replace(file.path.string, update.content) }
        }
        if isDry, differs { try ExitStatus.differs.end() }
    }
}
