// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        _superCommandName: "trimtab",
        abstract: "Check that the journal is as it was written.",
        discussion: """
            Every event is chained to the one before it. Keep a checkpoint elsewhere, and nobody can rewrite, shorten \
            or fork what came before it without being found.

            Examples:
              trimtab audit checkpoint > checkpoint.json
              trimtab audit verify --against checkpoint.json
              trimtab audit export > journal.jsonl
              trimtab audit verify --export journal.jsonl --against checkpoint.json
            """,
        subcommands: [AuditCheckpointCommand.self, AuditVerifyCommand.self, AuditExportCommand.self])
}
