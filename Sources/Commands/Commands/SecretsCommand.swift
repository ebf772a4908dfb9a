// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser

struct SecretsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        _superCommandName: "trimtab",
        abstract: "Encrypt files for Git, change them, and see who reads which secret.",
        discussion: """
            Files of SOPS, interchangeable with the program of that name: values are encrypted, keys and layout stay \
            readable. Who can decrypt is said in .sops.yaml, or with --recipient. docs/secrets.md goes through it.

            Examples:
              trimtab secrets keygen
              trimtab secrets encrypt --in-place apps/web/secret.yaml
              trimtab secrets edit apps/web/secret.yaml
              trimtab secrets rotate apps/web/secret.yaml
              trimtab secrets audit
              trimtab secrets list @prod
            """,
        subcommands: [
            SecretsKeygenCommand.self, SecretsEncryptCommand.self, SecretsDecryptCommand.self,
            SecretsEditCommand.self, SecretsRotateCommand.self, SecretsUpdateKeysCommand.self,
            SecretsCompareCommand.self, SecretsAuditCommand.self, SecretsListCommand.self,
            SecretsWhereUsedCommand.self,
        ])
}
