// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import TestSupport

/// A person with an SSH key, and repositories that sign with it.
struct Signer: Sendable {
    let key: URL
    let allowedSigner: String

    init(_ name: String, in folder: URL) throws {
        key = folder.appendingPathComponent("signer-\(name)")
        let made = try TestProcess.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key.path])
        guard made.status == 0 else { throw GitFixture.Failure.git(arguments: ["ssh-keygen"], output: made.text) }
        let text = try String(contentsOf: URL(fileURLWithPath: key.path + ".pub"), encoding: .utf8)
        allowedSigner = "\(name)@example.org namespaces=\"git\" \(text)"
    }

    var keys: SigningKeys { SigningKeys(.ssh, Array(allowedSigner.utf8)) }

    /// Arguments that make `git` sign.
    func sign(_ arguments: String...) -> [String] {
        ["-c", "gpg.format=ssh", "-c", "user.signingkey=\(key.path)"] + arguments
    }
}

/// A key pair of GPG in a home of its own, without a passphrase.
struct GPGSigner: Sendable {
    let home: URL
    let publicKey: [UInt8]

    /// - Parameter time: when it is made, and used; as `--faked-system-time` reads it.
    init(in folder: URL, time: String? = nil, expires: String = "never") throws {
        home = folder.appendingPathComponent("gpg")
        try FileManager.default.createDirectory(
            at: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let clock = time.map { ["--faked-system-time", $0] } ?? []
        let made = try Self.run(
            home,
            clock + ["--passphrase", "", "--quick-generate-key", "Ada <ada@example.org>", "ed25519", "sign", expires])
        guard made.status == 0 else { throw GitFixture.Failure.git(arguments: ["gpg"], output: made.text) }
        publicKey = try Self.run(home, ["--armor", "--export"]).output
    }

    func sign(_ payload: [UInt8], time: String? = nil) throws -> EmbeddedSignature {
        let file = home.appendingPathComponent("payload")
        try Data(payload).write(to: file)
        let clock = time.map { ["--faked-system-time", $0] } ?? []
        let signature = home.appendingPathComponent("signature")
        try? FileManager.default.removeItem(at: signature)
        let made = try Self.run(
            home, clock + ["--armor", "--output", signature.path, "--detach-sign", file.path])
        guard made.status == 0 else { throw GitFixture.Failure.git(arguments: ["gpg"], output: made.text) }
        return EmbeddedSignature(scheme: .gpg, signature: Array(try Data(contentsOf: signature)), payload: payload)
    }

    /// Ends the agent that keeps the key.
    func stop() {
        _ = try? TestProcess.run("/usr/bin/gpgconf", ["--homedir", home.path, "--kill", "all"])
    }

    private static func run(_ home: URL, _ arguments: [String]) throws -> TestProcess.Result {
        try TestProcess.run(
            "/usr/bin/gpg",
            ["--homedir", home.path, "--batch", "--quiet", "--no-tty", "--pinentry-mode", "loopback"] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"])
    }
}
