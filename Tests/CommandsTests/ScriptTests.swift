// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

/// Runs every script of `Scripts`, each in a folder of its own, on the sample fleet in memory.
/// `TRIMTAB_UPDATE_SCRIPTS=1` writes what was printed into the scripts instead; read the difference before keeping it.
@Suite struct ScriptTests {
    @Test(arguments: Script.names)
    func `prints what the script says`(name: String) async throws {
        let file = Script.folder.appending(path: name)
        let script = Script(try String(contentsOf: file, encoding: .utf8))
        let twin = Sample.engine
        try await withScratchFolder(name) { folder in
            for (name, content) in script.files {
                let path = folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: path)
            }
            var printed = script
            for (index, part) in script.parts.enumerated() {
                guard case .step(let step) = part else { continue }
                let result = await run(step, twin, in: folder)
                printed.parts[index] = .step(result)
                #expect(result == step)
            }
            if ProcessInfo.processInfo.environment["TRIMTAB_UPDATE_SCRIPTS"] != nil {
                try Data(printed.text.utf8).write(to: file)
            }
        }
    }

    private func run(_ step: Script.Step, _ twin: MemoryOperations, in folder: URL) async -> Script.Step {
        var words = Script.words(step.command)
        var width: Int?
        if let columns = words.first.flatMap({ $0.hasPrefix("COLUMNS=") ? Int($0.dropFirst(8)) : nil }) {
            width = columns
            words.removeFirst()
        }
        let capture = Capture()
        let environment = capture.environment(twin, folder: folder.path, width: width)
        let status = await Invocation.run(Array(words.dropFirst()), in: environment)
        return Script.Step(
            command: step.command, status: status.rawValue, output: capture.lines(\.output, folder: folder.path),
            errors: capture.lines(\.errors, folder: folder.path))
    }
}

/// What a command printed.
final class Capture: Sendable {
    struct Printed: Sendable {
        var output = ""
        var errors = ""
    }

    private let printed = Mutex(Printed())

    var output: String { printed.withLock(\.output) }
    var errors: String { printed.withLock(\.errors) }

    func lines(_ stream: (Printed) -> String, folder: String) -> [String] {
        let text = printed.withLock { stream($0) }.replacingOccurrences(of: folder, with: "$WORK")
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.replacingOccurrences(of: "\u{1B}", with: "^") }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    func environment(_ twin: MemoryOperations, folder: String, width: Int? = nil) -> Environment {
        var parts = Parts.none
        parts.withEngine = { _, body in try await body(twin) }
        parts.withJournal = { _, body in try await body(twin) }
        parts.withTokens = { _, body in try await body(twin) }
        parts.verifyJournal = { _, checkpoints in try await twin.verify(against: checkpoints.first) }
        return Environment(
            variables: ["TRIMTAB_STATE": folder + "/state", "HOME": folder], user: 1000, actor: { Actor("user:alice") },
            workingFolder: folder,
            terminal: Terminal(
                width: width, isErrorVisible: false, write: { text in self.printed.withLock { $0.output += text } },
                writeError: { text in self.printed.withLock { $0.errors += text } }),
            now: { Sample.now }, parts: parts)
    }
}
