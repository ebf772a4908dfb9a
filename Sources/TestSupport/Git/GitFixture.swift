// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Foundation
package import Model

/// A repository that a test makes: a working copy with its own `.git`, untouched by the user's configuration.
package struct GitFixture: Sendable {
    package let folder: URL
    /// Added to the environment of every `git`.
    package var variables: [String: String] = [:]

    package enum Failure: Error {
        case git(arguments: [String], output: String)
        case noCommit(String)
    }

    /// - Parameter format: `sha1` or `sha256`.
    package init(at folder: URL, format: String = "sha1", bare: Bool = false) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try git(["init", "-q", "-b", "main", "--object-format=\(format)"] + (bare ? ["--bare"] : []))
    }

    /// Where its objects lie.
    package var gitFolder: URL {
        let inside = folder.appendingPathComponent(".git")
        return FileManager.default.fileExists(atPath: inside.path) ? inside : folder
    }

    package func write(_ content: String, to path: String) throws { try write(Array(content.utf8), to: path) }

    package func write(_ content: [UInt8], to path: String, executable: Bool = false) throws {
        let file = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content).write(to: file)
        if executable {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
    }

    package func remove(_ path: String) throws {
        try FileManager.default.removeItem(at: folder.appendingPathComponent(path))
    }

    /// Commits everything that is in the folder.
    @discardableResult
    package func commit(_ message: String = "Change", _ options: String...) throws -> CommitID {
        try git("add", "--all")
        try git(["commit", "-q", "--allow-empty", "-m", message] + options)
        return try head()
    }

    package func head(_ revision: String = "HEAD") throws -> CommitID {
        let text = try git("rev-parse", "--verify", "\(revision)^{commit}")
        guard let id = CommitID(hex: text) else { throw Failure.noCommit(text) }
        return id
    }

    @discardableResult
    package func git(_ arguments: String...) throws -> String { try git(arguments) }

    /// Runs git in the folder and returns what it printed, without the line feed at its end.
    @discardableResult
    package func git(_ arguments: [String], input: [UInt8]? = nil) throws -> String {
        let result = try TestProcess.run(
            "/usr/bin/git", ["-C", folder.path] + arguments, environment: Self.environment.merging(variables) { $1 },
            input: input)
        guard result.status == 0 else { throw Failure.git(arguments: arguments, output: result.text) }
        return result.text.hasSuffix("\n") ? String(result.text.dropLast()) : result.text
    }

    package static let environment: [String: String] = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
        "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
    ]
}
