// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import TestSupport
import Testing

@testable import Secrets

/// A gpg that does not answer, and a file that wants it asked without end.
@Suite struct OpenPGPTests {
    /// A program in gpg's place, which notes that it was asked.
    private func withProgram(
        _ act: String, _ body: (_ program: String, _ timesAsked: () -> Int) async throws -> Void
    ) async throws {
        try await withScratchFolder { folder in
            let (program, notes) = (folder.path + "/gpg", folder.path + "/asked")
            // Written by another process: while this one has it open, it could not be run.
            let script = "printf '#!/bin/sh\\necho x >> \(notes)\\n\(act)\\n' > \(program); chmod 700 \(program)"
            #expect(try TestProcess.run("/bin/sh", ["-c", script]).status == 0)
            try await body(program) {
                let text = (try? String(contentsOfFile: notes, encoding: .utf8)) ?? ""
                return text.split(separator: "\n").count
            }
        }
    }

    private func open(keys: Int, with openPGP: OpenPGP) async -> SecretsError? {
        let keys = (0..<keys).map { number in
            MasterKey(.pgp(fingerprint: Text(String(format: "%040x", number))), encrypted: "message")
        }
        return await #expect(throws: SecretsError.self) {
            let metadata = SOPSMetadata(groups: [keys], rule: .standard, macOnlyEncrypted: false)
            return try await DataKey.open(metadata, with: KeyRing(openPGP: openPGP))
        }
    }

    @Test func `A program that does not answer is ended, and not asked for another key`() async throws {
        try await withProgram("exec sleep 300") { program, timesAsked in
            let openPGP = OpenPGP(
                executable: Text(program), environment: ["PATH": "/usr/bin:/bin"], deadline: .seconds(3))
            let error = await open(keys: 3, with: openPGP)
            #expect(error?.code == .away)
            #expect(error?.reason.contains("did not answer within") == true, "\(String(describing: error))")
            #expect(timesAsked() == 1)
        }
    }

    @Test func `Not every key that a file names is asked for`() async throws {
        try await withProgram("exit 2") { program, timesAsked in
            let openPGP = OpenPGP(executable: Text(program), environment: ["PATH": "/usr/bin:/bin"])
            let error = await open(keys: 130, with: openPGP)
            #expect(error?.code == .noKey)
            #expect(error?.reason.contains("no more than 100 keys") == true)
            #expect(timesAsked() == 100)
        }
    }
}
