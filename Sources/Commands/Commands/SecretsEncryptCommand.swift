// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsEncryptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt",
        abstract: "Encrypt a plain file.",
        discussion: """
            Values are encrypted where they stand; keys, comments outside and layout stay. To whom, and what, is said \
            by the first rule of the nearest .sops.yaml whose path_regex fits the file, or on the command line. With \
            --format age the whole file becomes one file of age.

            Examples:
              trimtab secrets encrypt --in-place apps/web/secret.yaml
              trimtab secrets encrypt --recipient age1… --encrypted-regex '^(data|stringData)$' secret.yaml
              trimtab secrets encrypt --format age --recipient age1… --output key.pem.age key.pem
            """)

    @Argument(help: ArgumentHelp("The plain file.", valueName: "file"), completion: .file())
    var file: String

    @Option(
        name: [.customLong("recipient"), .customShort("r")],
        help: ArgumentHelp("age1…, an SSH public key, or an OpenPGP fingerprint. May be repeated.", valueName: "key"))
    var recipients: [String] = []

    @Option(
        name: .customLong("encrypted-regex"),
        help: ArgumentHelp("Encrypt only below keys that match.", valueName: "regex"))
    var encryptedRegex: String?

    @Option(
        name: .customLong("unencrypted-regex"),
        help: ArgumentHelp("Leave plain what lies below keys that match.", valueName: "regex"))
    var unencryptedRegex: String?

    @OptionGroup var options: SecretFileOptions
    @OptionGroup var place: SecretOutputOptions

    func run() async throws {
        let file = try options.read(file)
        let wish = EncryptionWish(
            recipients: recipients.map { Text($0) }, encryptedRegex: encryptedRegex.map { Text($0) },
            unencryptedRegex: unencryptedRegex.map { Text($0) })
        let content = try await Environment.current.parts.secrets.encrypt(file, wish)
        try place.write(content, of: file, isPrivate: false)
    }
}
