// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read the whole journal and check its chain.",
        discussion: """
            Names the first event that is not as it was written, and tells a journal that was shortened or forked \
            from one that grew. The exit status is 6 then.

            Examples:
              trimtab audit verify
              trimtab audit verify --against checkpoint.json
              trimtab audit verify --export journal.jsonl --against checkpoint.json
            """)

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("An earlier checkpoint, which the journal must extend.", valueName: "file"))
    var against: String?

    @Option(help: ArgumentHelp("Check this export instead of a state folder.", valueName: "file"))
    var export: String?

    func run() async throws {
        let checkpoint = try against.map(Self.checkpoint)
        let verification: Verification
        if let export {
            verification = try await Environment.current.parts.verifyExport(try Paths.absolute(export), checkpoint)
        } else {
            let request = EngineRequest(state: try state.folder, isJournalEnough: true)
            verification = try await EngineAccess(request: request).with { try await $0.verify(against: checkpoint) }
        }
        let report = AuditReport(verification)
        output.print(verification.wire) { _ in report.lines }
        try report.exitStatus.end()
    }

    private static func checkpoint(_ file: String) throws -> CheckpointView {
        let bytes = try Files.read(try Paths.absolute(file).string, limit: 1 << 16)
        let advice: Text = "give a file that \"trimtab audit checkpoint\" printed"
        do {
            return try CheckpointView(wire: try JSON.read(bytes, file: Text(file)))
        } catch let error as WireError {
            throw APIError(.invalid, "\(Text(file)): \(error) in a checkpoint", advice: advice)
        } catch let error as ReadingError {
            throw APIError(.invalid, Text(error.description), advice: advice)
        }
    }
}
