// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Subprocess
import SystemPackage

/// Asks the user's `gpg`, which knows the user's keys, agent and cards.
package struct OpenPGP: Sendable {
    private let executable: Text
    private let environment: [String: String]
    private let deadline: Duration

    /// - Parameters:
    ///   - executable: a path, or a name that is looked for in `PATH`.
    ///   - environment: all that the program gets.
    ///   - deadline: of one call. Somebody may have to type a passphrase.
    package init(executable: Text = "gpg", environment: [String: String], deadline: Duration = .seconds(120)) {
        self.executable = executable
        self.environment = environment
        self.deadline = deadline
    }

    /// To a key by its fingerprint. Whether its owner is trusted was decided by whoever wrote the fingerprint down.
    func encrypt(_ plain: Secret<[UInt8]>, to fingerprint: Text) async throws(SecretsError) -> Text {
        guard (8...64).contains(fingerprint.utf8.count), Hex.decode(fingerprint.string) != nil else {
            throw SecretsError(.malformed, "\"\(fingerprint)\" is no fingerprint of an OpenPGP key")
        }
        let output = try await run(
            ["--encrypt", "--armor", "--no-encrypt-to", "--trust-model", "always", "--recipient", fingerprint.string],
            input: plain)
        return output.withExposed { Text(String(decoding: $0, as: UTF8.self)) }
    }

    func decrypt(_ message: Text) async throws(SecretsError) -> Secret<[UInt8]> {
        try await run(["--decrypt"], input: Secret(Array(message.utf8)))
    }

    /// - Throws: ``SecretsError/Code/away`` when the deadline passes. The program, and what it started in its group, is
    ///   ended then.
    private func run(_ arguments: [String], input: Secret<[UInt8]>) async throws(SecretsError) -> Secret<[UInt8]> {
        do {
            return try await withThrowingTaskGroup(of: Secret<[UInt8]>.self) { group in
                group.addTask { try await execute(arguments, input: input) }
                group.addTask {
                    try await Task.sleep(for: deadline, clock: .continuous)
                    throw SecretsError(.away, "\(executable) did not answer within \(deadline)")
                }
                defer { group.cancelAll() }
                guard let first = try await group.next() else { throw CancellationError() }
                return first
            }
        } catch let error as SecretsError {
            throw error
        } catch {
            throw SecretsError(.keyService, "\(executable) could not be run: \(error)")
        }
    }

    private func execute(_ arguments: [String], input: Secret<[UInt8]>) async throws -> Secret<[UInt8]> {
        let all = ["--batch", "--no-tty", "--quiet", "--no-default-recipient"] + arguments
        let program: Executable =
            executable.utf8.contains(UInt8(ascii: "/"))
            ? .path(FilePath(executable.string)) : .name(executable.string)
        let variables = Dictionary(
            uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        let result = try await Subprocess.run(
            program, arguments: Arguments(all), environment: .custom(variables), platformOptions: options,
            input: .array(input.withExposed { $0 }), output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 16))
        if result.terminationStatus == .exited(0) { return Secret(result.standardOutput) }
        let lines = result.standardError.split(separator: "\n")
        throw SecretsError(.keyService, "gpg: \(lines.last.map(String.init) ?? "it failed and said nothing")")
    }
}
