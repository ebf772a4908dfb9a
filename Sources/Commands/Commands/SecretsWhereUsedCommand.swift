// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsWhereUsedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "where-used",
        abstract: "Show which units would notice that a secret or a key is rotated.",
        discussion: """
            A secret is named by its place, its path, its key, or PLACE#KEY; and a key by what files are encrypted to: \
            a recipient of age, the fingerprint of an OpenPGP key, the address of a transit key.

            Examples:
              trimtab secrets where-used vault:shop/database
              trimtab secrets where-used vault:shop/database#password
              trimtab secrets where-used apps/web/database.yaml
              trimtab secrets where-used age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudqp3nas6ya6qx
            """)

    @Argument(help: ArgumentHelp("What is to be rotated.", valueName: "key"))
    var key: String

    @OptionGroup var state: ReachOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let key = Text(key)
        let uses = try await JournalAccess(place: try state.place).with { journal in
            try await journal.secretUses().filter { $0.isOf(key) }
        }
        let now = Environment.current.now()
        output.print(.array(uses.map(\.wire))) { width in
            uses.isEmpty ? [Line("No unit reads \(key).")] : SecretUseReport(uses, now: now).lines(width: width)
        }
    }
}
