// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import SystemPackage

/// `ssh-keygen` and a file of allowed signers. The namespace is `git`, so that a signature over anything else does not
/// pass for one over a commit.
struct SSHSignatures: Sendable {
    let home: FilePath

    var signers: FilePath { home.appending("allowed_signers") }

    /// Two steps, as Git has it: who may have made it, then whether they did. Keys must be valid now, not when the commit
    /// says that it was made: whoever holds an old key can write any date.
    func verify(_ signature: FilePath, _ payload: [UInt8], of what: String) async throws(SourceFailure) -> String {
        let found = try await run(["-Y", "find-principals", "-f", signers.string, "-s", signature.string], [])
        let principals = found.output.split(separator: 0x0A).prefix(16).map { String(decoding: $0, as: UTF8.self) }
        guard found.succeeded, !principals.isEmpty else {
            throw .untrusted(what, reason: "its key is not among the allowed signers")
        }
        var reason = "it does not match"
        for principal in principals {
            let outcome = try await run(
                ["-Y", "verify", "-n", "git", "-f", signers.string, "-I", principal, "-s", signature.string], payload)
            if outcome.succeeded { return printable(principal.utf8) }
            if let line = outcome.messages.lines.last { reason = line }
        }
        throw .untrusted(what, reason: reason)
    }

    private func run(_ arguments: [String], _ input: [UInt8]) async throws(SourceFailure) -> Command.Outcome {
        var command = Command(
            "/usr/bin/ssh-keygen", arguments, environment: SignatureVerifier.variables,
            deadline: SignatureVerifier.deadline)
        command.input = input
        return try await command.runTool("ssh-keygen")
    }
}

extension Command {
    /// Runs a tool that checks signatures: without it, or without its answer, nothing is trusted.
    func runTool(_ name: String) async throws(SourceFailure) -> Outcome {
        let outcome: Outcome
        do { outcome = try await run() } catch {
            throw .failed(reason: "\(name) cannot be run: \(printable("\(error)".utf8))")
        }
        if case .exited = outcome.end { return outcome }
        throw .failed(reason: "\(name) did not end as it should")
    }
}
