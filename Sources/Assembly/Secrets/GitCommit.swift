// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Subprocess
import SystemPackage

/// Commits files in the repository that they lie in, by the user's own `git`: with the user's name, hooks and signature.
enum GitCommit {
    private static let messageLimit = 1 << 16

    /// - Parameter paths: absolute, all of one repository. What else is staged stays so.
    static func commit(_ paths: [Text], _ message: Text) async throws(APIError) {
        guard let first = paths.first else { return }
        let folder = FilePath(first.string).removingLastComponent()
        let arguments =
            ["-C", folder.string, "commit", "--quiet", "--only", "--message", message.string, "--"]
            + paths.map(\.string)
        do {
            let result = try await Subprocess.run(
                .name("git"), arguments: Arguments(arguments), environment: .inherit, output: .discarded,
                error: .string(limit: messageLimit))
            guard result.terminationStatus != .exited(0) else { return }
            let reason = result.standardError.split(separator: "\n").first.map(String.init) ?? "it said nothing"
            throw APIError(.failed, "git did not commit: \(reason)", advice: "the files are rotated all the same")
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.unavailable, "git could not be run: \(error)")
        }
    }
}
