// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print the whole journal as JSON Lines, for \"audit verify --export\" on another machine.",
        discussion: """
            Examples:
              trimtab audit export > journal.jsonl
            """)

    @OptionGroup var state: StateOptions

    func run() async throws {
        let terminal = Environment.current.terminal
        try await Environment.current.parts.exportJournal(try state.folder) { bytes in
            terminal.writeBytes(bytes)
            try terminal.requireOutput()
        }
    }
}
