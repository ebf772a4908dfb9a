// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsDecryptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt",
        abstract: "Print or write what an encrypted file holds.",
        discussion: """
            The only command that shows plain values, because it was asked to. The authentication code is always \
            checked: a file that was changed after it was encrypted is refused.

            Examples:
              trimtab secrets decrypt apps/web/secret.yaml
              trimtab secrets decrypt --output key.pem key.pem.age
              trimtab secrets decrypt --key-file deploy.key apps/web/secret.yaml
            """)

    @Argument(help: ArgumentHelp("The encrypted file.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var options: SecretFileOptions
    @OptionGroup var place: SecretOutputOptions

    func run() async throws {
        let file = try options.read(file)
        let plain = try await Environment.current.parts.secrets.decrypt(file)
        try plain.withExposed { try place.write($0, of: file, isPrivate: true) }
    }
}
