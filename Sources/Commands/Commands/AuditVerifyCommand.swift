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
            Reads the journal itself, beside a running daemon, too, and asks nobody. Names the first event that is \
            not as it was written, and tells a journal that was shortened or forked from one that grew; the exit \
            status is 6 then. The checkpoint beside the journal counts as well; one that was kept elsewhere proves more.

            Examples:
              trimtab audit verify
              trimtab audit verify --against checkpoint.json
              trimtab audit verify --export journal.jsonl --against checkpoint.json
              git clone https://git.example.org/audit.git
              trimtab audit verify --export journal.jsonl --against audit/checkpoints
            """)

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    @Option(
        name: [.long, .customLong("checkpoint")],
        help: ArgumentHelp(
            "An earlier checkpoint, which the journal must extend, or a folder of them. May be repeated.",
            valueName: "file"), completion: .file())
    var against: [String] = []

    @Option(help: ArgumentHelp("Check this export instead of a state folder.", valueName: "file"), completion: .file())
    var export: String?

    func run() async throws {
        let checkpoints = try against.flatMap(Self.checkpoints)
        let place: JournalPlace =
            if let export { .export(try Paths.absolute(export)) } else { .state(try state.folder) }
        let verification = try await Environment.current.parts.verifyJournal(place, checkpoints)
        let report = AuditReport(verification)
        output.print(verification.wire) { _ in report.lines }
        try report.exitStatus.end()
    }

    /// Of a file, or of all `.json` files of a folder and of those in it, the oldest names first.
    private static func checkpoints(_ path: String) throws -> [CheckpointView] {
        let absolute = try Paths.absolute(path).string
        guard Files.isFolder(absolute) else { return [try checkpoint(path)] }
        let names = try Files.names(below: absolute, ending: ".json", limit: 200_000)
        guard !names.isEmpty else {
            throw APIError(
                .invalid, "\(Text(path)): there are no checkpoints in this folder",
                advice: "give a clone of the repository that they are pushed to")
        }
        return try names.map { try checkpoint("\(absolute)/\($0)") }
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
