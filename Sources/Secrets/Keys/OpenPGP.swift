// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
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

    /// `timeout(1)` of coreutils, which ends the program and what it has started.
    private static let guardian: FilePath = "/usr/bin/timeout"

    /// - Throws: ``SecretsError/Code/away`` when the deadline passes.
    private func run(_ arguments: [String], input: Secret<[UInt8]>) async throws(SecretsError) -> Secret<[UInt8]> {
        let seconds = Double(deadline.components.seconds) + Double(deadline.components.attoseconds) / 1e18
        let all =
            ["--kill-after=1", "\(seconds)", executable.string]
            + ["--batch", "--no-tty", "--quiet", "--no-default-recipient"] + arguments
        let variables = Dictionary(
            uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        do {
            let reading = try input.withExposed { try Self.reader(of: $0) }
            defer { try? reading.close() }
            let result = try await Subprocess.run(
                .path(Self.guardian), arguments: Arguments(all), environment: .custom(variables),
                platformOptions: options, input: .fileDescriptor(reading, closeAfterSpawningProcess: false),
                output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 16))
            if result.terminationStatus == .exited(0) { return Secret(result.standardOutput) }
            let told = result.standardError.split(separator: "\n").last.map(String.init)
            switch result.terminationStatus {
            case .exited(124), .exited(137):
                throw SecretsError(.away, "\(executable) did not answer within \(deadline)")
            case .exited(126), .exited(127):
                throw SecretsError(.keyService, "\(executable) could not be run: \(told ?? "it is not there")")
            default:
                throw SecretsError(.keyService, "gpg: \(told ?? "it failed and said nothing")")
            }
        } catch let error as SecretsError {
            throw error
        } catch {
            throw SecretsError(.keyService, "\(executable) could not be run: \(error)")
        }
    }

    /// The end of a pair to read from, into which all is written: a program that ends without reading, or is ended, leaves
    /// nobody writing, which swift-subprocess 1.0.2 does not survive. A message of one key has a few kilobytes.
    private static func reader(of bytes: [UInt8]) throws -> FileDescriptor {
        var ends: [Int32] = [0, 0]
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else { throw Errno(rawValue: errno) }
        let (reading, writing) = (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
        defer { try? writing.close() }
        do { try writing.writeAll(bytes) } catch {
            try? reading.close()
            throw error
        }
        return reading
    }
}
