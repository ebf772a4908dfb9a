// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Glibc
import Model
import TestSupport
import Testing

@Suite struct HelpTests {
    private func run(_ arguments: String...) async -> (ExitCodeValue, String) {
        let capture = Capture()
        let environment = capture.environment(Sample.engine, folder: "/nonexistent")
        return (await Invocation.run(arguments, in: environment).rawValue, capture.output)
    }

    private typealias ExitCodeValue = Int32

    @Test(arguments: [
        [], ["run"], ["init"], ["status"], ["plan"], ["diff"], ["sync"], ["cancel"], ["refresh"], ["accept"],
        ["pause"], ["resume"], ["history"], ["rollback"], ["confirm"], ["adopt"], ["log"], ["audit"],
        ["audit", "checkpoint"],
        ["audit", "verify"],
        ["audit", "export"], ["validate"], ["schema"], ["render"], ["version"],
    ])
    func `every command explains itself with examples`(command: [String]) async {
        let capture = Capture()
        let status = await Invocation.run(
            command + ["--help"], in: capture.environment(Sample.engine, folder: "/nonexistent"))
        #expect(status == .success)
        #expect(capture.output.contains("Examples:\n"))
        #expect(capture.output.contains("  trimtab " + command.joined(separator: " ")))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion is made for every shell`(shell: String) async throws {
        let (status, script) = await run("--generate-completion-script", shell)
        #expect(status == 0)
        #expect(script.contains("rollback"))
        guard shell == "bash" else { return }
        try await withScratchFolder { folder in
            let file = folder.appending(path: "trimtab.bash")
            try Data(script.utf8).write(to: file)
            let bash = Process()
            bash.executableURL = URL(filePath: "/bin/bash")
            bash.arguments = ["-n", file.path]
            try bash.run()
            bash.waitUntilExit()
            #expect(bash.terminationStatus == 0)
        }
    }

    @Test func `where an option takes a folder or a file, these are offered`() async throws {
        let (_, script) = await run("--generate-completion-script", "fish")
        func offers(_ option: String, _ kind: String) -> Bool {
            script.split(separator: "\n").contains { line in
                line.contains("-l '\(option)'") && line.contains(kind)
            }
        }
        for option in ["state", "fleet", "root", "repository"] {
            #expect(offers(option, "complete_directories"), "\(option)")
        }
        for option in ["trust", "tls-cert", "tls-key", "key-file", "ca-file", "token-file", "export", "against"] {
            #expect(offers(option, "-rF"), "\(option)")
        }
    }

    @Test func `a default can be written as it is shown`() async throws {
        let (status, reference) = await run("help-reference")
        #expect(status == 0)
        #expect(reference.contains("How long it counts, at most 366d. Default: `30d`."))
        #expect(reference.contains("The folder that holds fleet.yaml. Default: `.`."))
        let capture = Capture()
        let environment = capture.environment(Sample.engine, folder: "/nonexistent")
        let made = await Invocation.run(["auth", "token", "create", "ci", "--for", "30d"], in: environment)
        #expect(made == .success)
    }

    @Test func `the reference in docs is what the commands say of themselves`() async throws {
        let (status, reference) = await run("help-reference")
        #expect(status == 0)
        let file = Script.folder.appending(path: "../../../docs/cli.md")
        if ProcessInfo.processInfo.environment["TRIMTAB_UPDATE_SCRIPTS"] != nil {
            try Data(reference.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == reference, "trimtab help-reference > docs/cli.md")
    }

    @Test func `the page about the journal names every kind of event`() throws {
        let page = try String(contentsOf: Script.folder.appending(path: "../../../docs/journal.md"), encoding: .utf8)
        for kind in EventKind.allCases { #expect(page.contains("`\(kind.rawValue)`"), "\(kind)") }
    }
}
