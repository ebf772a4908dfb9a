// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Glibc
import Manifest
import TestSupport
import Testing

/// The program itself, in a process of its own that can be killed.
extension ClusterFleet {
    /// Begins it.
    func begin(_ arguments: [String], crashingAt point: String? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("trimtab")
        process.arguments = arguments + ["--fleet", site.folder.path + "/fleet", "--state", site.state]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": site.folder.path]
        if let point { process.environment?["TRIMTAB_CRASH_AT"] = point }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Kills it unless it has ended.
    func end(_ process: Process) {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// One round. Gives the exit status, or the signal that ended it.
    func sync(crashingAt point: String? = nil) throws -> Int32 {
        let process = try begin(["sync", "--once"], crashingAt: point)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The journal's chain holds.
    func isVerified() async {
        let audit = await site.trimtab("audit", "verify")
        #expect(audit.status == .success, "\(audit.output)\(audit.errors)")
    }

    /// Each of these ConfigMaps is as Git has it: with its content, or not there.
    func isAsDeclared(_ names: [String]) async throws {
        for name in names {
            let wanted = try? site.read("fleet/apps/web/\(name).yaml")
            let live = try await content(Text(name))
            #expect((live == nil) == (wanted == nil), "\(name)")
            if let live, let wanted { #expect(wanted.contains("content: \"\(live)\""), "\(name)") }
        }
    }
}
