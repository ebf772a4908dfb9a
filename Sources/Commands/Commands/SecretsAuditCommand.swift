// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsAuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show which unit reads which secret, at which version, and since when.",
        discussion: """
            It is read from the journal, which has an event each time a unit is given a secret that it did not have, or \
            not at that version; never a value. Files in Git stand with "file:", their version is a hash of what is \
            encrypted.

            Examples:
              trimtab secrets audit
              trimtab secrets audit web@prod
              trimtab secrets audit --all --output json
            """)

    @OptionGroup var units: UnitArguments
    @OptionGroup var state: ReachOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Also what was read before and is no longer.")
    var all = false

    func run() async throws {
        let (units, all) = (units.filter, all)
        let uses = try await JournalAccess(place: try state.place).with { journal in
            let uses = try await journal.secretUses(of: units, all: all)
            if uses.isEmpty { try await units.requireUnits(known: journal) }
            return uses
        }
        let now = Environment.current.now()
        output.print(.array(uses.map(\.wire))) { width in
            uses.isEmpty ? ["No unit reads a secret."] : SecretUseReport(uses, now: now).lines(width: width)
        }
    }
}
