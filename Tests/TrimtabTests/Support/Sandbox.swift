// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest

/// A fleet repository with one application on one target, the target's root, and a state folder.
struct Sandbox: Sendable {
    let folder: String
    var fleet: String { folder + "/fleet" }
    var root: String { fleet + "/root" }
    var state: String { folder + "/state" }

    static let unit = "site@here"

    init(in folder: URL) async throws {
        self.folder = folder.path
        try FileManager.default.createDirectory(atPath: fleet + "/site", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try write("/root/\n", to: fleet + "/.gitignore")
        try write(
            """
            kind: Target
            metadata: {name: here, labels: {env: test}}
            spec: {host: {root: ./root}}
            ---
            kind: Application
            metadata: {name: site}
            spec: {source: {path: site}, targets: {env: test}}
            """, to: fleet + "/try.yaml")
        try await git("init", "--quiet", "--initial-branch=main")
    }

    /// Makes a commit in which the application is these objects.
    func commit(_ documents: [String]) async throws {
        try write(documents.map { "---\n" + $0 }.joined(), to: fleet + "/site/objects.yaml")
        try await git("add", "--all")
        try await git("commit", "--quiet", "--allow-empty", "--message=A change")
    }

    func sync(_ program: Program = Program(), lifetime: Duration? = nil) async throws -> Program.Ending {
        try await program.run(["sync", "--once", "--fleet", fleet, "--state", state], lifetime: lifetime)
    }

    /// The one unit as `status` shows it.
    func status() async throws -> Value {
        let ending = try await Program().run(["status", "--state", state, "--output", "json"])
        return try JSON.read(Array(ending.output.utf8))["units"]?.arrayValue?.first ?? .null
    }

    func verify() async throws -> Program.Ending { try await Program().run(["audit", "verify", "--state", state]) }

    func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func git(_ arguments: String...) async throws {
        let who = [
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org", "GIT_CONFIG_NOSYSTEM": "1",
        ]
        let ending = try await Program.run("/usr/bin/git", ["-C", fleet] + arguments, who)
        guard ending.status == 0 else { throw CocoaError(.fileWriteUnknown, userInfo: ["git": ending.errors]) }
    }
}
