// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

extension TrialSite {
    /// Makes a commit of what lies in the fleet's folder.
    func commit(_ message: String) throws {
        if !FileManager.default.fileExists(atPath: folder.path + "/fleet/.git") {
            try git("init", "--quiet", "--initial-branch=main")
        }
        try git("add", "--all")
        try git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "-m", message)
    }

    /// The newest commit of the fleet's folder.
    func head() throws -> String? {
        let name = try read("fleet/.git/HEAD").split(separator: " ").last.map(String.init) ?? ""
        let path = "fleet/.git/" + name.trimmingCharacters(in: .whitespacesAndNewlines)
        return try read(path).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func git(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
        process.arguments = ["-C", folder.path + "/fleet"] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableNotLoadable) }
    }
}
