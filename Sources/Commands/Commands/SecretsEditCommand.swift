// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsEditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change an encrypted file in an editor.",
        discussion: """
            The plain file lies in memory, where the system has such a place, for as long as the editor runs, readable \
            by you alone. Values that did not change keep their encrypted text, so that a difference shows what did. \
            The editor is $SOPS_EDITOR, $VISUAL, $EDITOR or vi.

            Examples:
              trimtab secrets edit apps/web/secret.yaml
              EDITOR='code --wait' trimtab secrets edit apps/web/secret.yaml
            """)

    @Argument(help: ArgumentHelp("The encrypted file.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var options: SecretFileOptions

    func run() async throws {
        let file = try options.read(file)
        let tools = Environment.current.parts.secrets
        let changed = try await tools.edit(file) { plain, problem throws(APIError) in
            if let problem {
                Environment.current.terminal.writeError(
                    "error: \(problem)\nPress Enter to edit it again, or Ctrl-C to give it up.\n")
                // A person is asked; nothing else runs meanwhile.
                guard readLine() != nil else { throw problem }
            }
            return try await tools.openEditor(file.path, plain)
        }
        guard let changed else {
            Environment.current.terminal.writeError("\(file.name): nothing changed\n")
            return
        }
        try Files.replace(file.path.string, changed)
    }
}
