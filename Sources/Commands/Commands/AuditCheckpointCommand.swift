// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct AuditCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print where the journal stands, as JSON, to keep elsewhere.",
        discussion: """
            Examples:
              trimtab audit checkpoint > checkpoint.json
            """)

    @OptionGroup var state: ReachOptions

    func run() async throws {
        let checkpoint = try await JournalAccess(place: try state.place).with { try await $0.checkpoint() }
        let json = JSON.write(checkpoint.wire, style: .pretty)
        Environment.current.terminal.write(String(decoding: json, as: UTF8.self))
    }
}
