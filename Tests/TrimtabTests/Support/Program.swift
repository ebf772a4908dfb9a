// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Subprocess
import SystemPackage

/// The executable that was built with these tests, run as a user would.
struct Program: Sendable {
    struct Ending: Sendable {
        /// The exit status; 128 and the signal's number where a signal ended it, as shells have it.
        var status: Int32
        var output: String
        var errors: String
    }

    var variables: [String: String] = [:]

    /// Beside the test bundle, where SwiftPM puts both.
    private static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("trimtab").path

    /// - Parameter lifetime: sends SIGKILL after that long.
    func run(_ arguments: [String], lifetime: Duration? = nil) async throws -> Ending {
        guard let lifetime else { return try await Self.run(Self.path, arguments, variables) }
        let seconds = String(format: "%.4f", lifetime / .seconds(1))
        return try await Self.run("/usr/bin/timeout", ["--signal=KILL", seconds, Self.path] + arguments, variables)
    }

    static func run(_ path: String, _ arguments: [String], _ variables: [String: String]) async throws -> Ending {
        var environment: [Environment.Key: String] = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C"]
        for (name, value) in variables { environment[Environment.Key(stringLiteral: name)] = value }
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: .init(arguments), environment: .custom(environment),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Ending(status: status, output: result.standardOutput, errors: result.standardError)
    }
}
