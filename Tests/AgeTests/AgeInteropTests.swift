// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Foundation
import Manifest
import TestSupport
import Testing

/// Files that the `age` of Debian reads and writes.
@Suite(.enabled(if: DebianAge.isThere, "age is not installed")) struct AgeInteropTests {
    private static let plain = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    @Test(arguments: [false, true])
    func `age opens what we encrypt`(isArmored: Bool) async throws {
        let identity = try Identity.generate()
        try await withScratchFolder { folder in
            let key = try Self.write(try #require(identity.secretText).withExposed { $0.string } + "\n", "key", folder)
            let file = try Age.encrypt(Self.plain, to: [identity.recipient], armored: isArmored)
            let result = try TestProcess.run("/usr/bin/age", ["-d", "-i", key], input: file)
            #expect(result.status == 0)
            #expect(result.output == Self.plain)
        }
    }

    @Test(arguments: [false, true])
    func `We open what age encrypts`(isArmored: Bool) throws {
        let identity = try Identity.generate()
        let options = isArmored ? ["-a"] : []
        let result = try TestProcess.run(
            "/usr/bin/age", options + ["-r", "\(identity.recipient)"], input: Self.plain)
        #expect(result.status == 0)
        #expect(try Age.decrypt(result.output, with: [identity]).withExposed { $0 } == Self.plain)
    }

    @Test func `Keys of age-keygen and ours are the same`() async throws {
        try await withScratchFolder { folder in
            let made = try TestProcess.run("/usr/bin/age-keygen", ["-o", folder.path + "/key"])
            let file = Array(try Data(contentsOf: folder.appendingPathComponent("key")))
            let identity = try #require(try KeyFile.identities(file).first)
            #expect(made.text.contains("\(identity.recipient)"))
            let ours = try Identity.generate()
            let key = try Self.write(try #require(ours.secretText).withExposed { $0.string } + "\n", "ours", folder)
            #expect(try TestProcess.run("/usr/bin/age-keygen", ["-y", key]).text == "\(ours.recipient)\n")
        }
    }

    @Test func `Keys of SSH serve both ways`() async throws {
        try await withScratchFolder { folder in
            let path = folder.path + "/id"
            let made = try TestProcess.run(
                "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "me@here", "-f", path])
            #expect(made.status == 0)
            let line = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + ".pub")), as: UTF8.self)
            let recipient = try Recipient(parsing: Text(line.trimmingCharacters(in: .newlines)))
            let identity = try #require(
                try KeyFile.identities(Array(try Data(contentsOf: URL(fileURLWithPath: path)))).first)
            #expect("\(identity.recipient)" == "\(recipient)")

            let ours = try Age.encrypt(Self.plain, to: [recipient])
            #expect(try TestProcess.run("/usr/bin/age", ["-d", "-i", path], input: ours).output == Self.plain)
            let theirs = try TestProcess.run("/usr/bin/age", ["-R", path + ".pub"], input: Self.plain).output
            #expect(try Age.decrypt(theirs, with: [identity]).withExposed { $0 } == Self.plain)
        }
    }

    @Test(arguments: [
        (["-t", "rsa", "-N", ""], "type ssh-rsa are not supported: the cryptography library has no OAEP with a label"),
        (["-t", "ed25519", "-N", "secret"], "with a passphrase are not supported"),
        (["-t", "ecdsa", "-N", ""], "cannot encrypt: use ssh-ed25519"),
    ])
    func `Keys of SSH that cannot serve are refused with the reason`(options: [String], reason: String) async throws {
        try await withScratchFolder { folder in
            let path = folder.path + "/id"
            #expect(try TestProcess.run("/usr/bin/ssh-keygen", ["-q", "-f", path] + options).status == 0)
            let file = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            let error = #expect(throws: AgeError.self) { try KeyFile.identities(file) }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }
    }

    private static func write(_ text: String, _ name: String, _ folder: URL) throws -> String {
        let file = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}

private enum DebianAge {
    static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/age")
}
