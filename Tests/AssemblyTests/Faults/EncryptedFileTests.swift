// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Commands
import Foundation
import Manifest
import Secrets
import TestSupport
import Testing

/// Files of hosts that lie encrypted in Git: plain on the target, and nowhere else.
@Suite struct EncryptedFileTests {
    private let canary = "canary-\(UInt32.random(in: 0...UInt32.max))-secret"
    private let key: Identity
    private let ring: KeyRing

    init() throws {
        key = try Identity.generate()
        ring = KeyRing(identities: [key])
    }

    private func giveKey(to site: TrialSite, _ key: Identity? = nil) throws {
        let secret = try #require((key ?? self.key).secretText).withExposed { $0.string }
        try site.write(secret + "\n", to: "state/keys/agent.txt")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: site.state + "/keys/agent.txt")
    }

    private func metadata(_ regex: Text = "^content$") throws -> SOPSMetadata {
        SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(key.recipient)")))]],
            rule: try EncryptionRule(in: ["encrypted_regex": .string(regex)]), macOnlyEncrypted: false)
    }

    private func encrypt(_ plain: String, _ format: SOPS.Format = .yaml) async throws -> String {
        let metadata =
            format == .yaml
            ? try metadata()
            : SOPSMetadata(
                groups: [[MasterKey(.age(recipient: Text("\(key.recipient)")))]], rule: .standard,
                macOnlyEncrypted: false)
        let file = try await SOPS.encrypt(
            Array(plain.utf8), format, metadata, with: ring, now: "2026-11-27T03:04:05Z")
        return String(decoding: file, as: UTF8.self)
    }

    private func manifest(_ name: String, _ spec: String) -> String {
        """
        apiVersion: host.trimtab.dev/v1alpha1
        kind: File
        metadata: {name: \(name)}
        spec:
          path: /srv/site/\(name)
        \(spec.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))

        """
    }

    /// One file of each way in which it can be encrypted.
    private func writeAll(_ site: TrialSite, _ value: String) async throws {
        try site.write("", to: "fleet/apps/web/site.yaml")
        try site.write(
            try await encrypt(manifest("inline", "content: |\n  password=\(value)\nmode: \"0640\"")),
            to: "fleet/apps/web/inline.yaml")
        try site.write(manifest("dotenv", "source: files/app.env\nencryption: sops"), to: "fleet/apps/web/dotenv.yaml")
        try site.write(try await encrypt("PASSWORD=\(value)\n", .dotenv), to: "fleet/apps/web/files/app.env")
        try site.write(manifest("key", "source: files/key.age\nencryption: age"), to: "fleet/apps/web/key.yaml")
        let age = try Age.encrypt(Array("\(value)\0\u{7F}".utf8), to: [key.recipient])
        try Data(age).write(to: site.folder.appending(path: "fleet/apps/web/files/key.age"))
        let text = String(
            decoding: try Age.encrypt(Array("\(value)\n".utf8), to: [key.recipient], armored: true), as: UTF8.self)
        let lines = text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        try site.write(manifest("armored", "content: |\n\(lines)"), to: "fleet/apps/web/armored.yaml")
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `each way to encrypt a file ends in the plain file on the host, private by default`() async throws {
        try await TrialSite.with { site in
            try giveKey(to: site)
            try await writeAll(site, canary)
            let run = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
            let status = await site.trimtab("status")
            #expect(run.status == .success, "\(run.errors)\(status.output)")
            let root = "fleet/sandbox/dev/srv/site"
            #expect(try site.read("\(root)/inline") == "password=\(canary)\n")
            #expect(try site.read("\(root)/dotenv") == "PASSWORD=\(canary)\n")
            #expect(try site.read("\(root)/key") == "\(canary)\0\u{7F}")
            #expect(try site.read("\(root)/armored") == "\(canary)\n")
            for (name, wanted) in [("inline", 0o640), ("dotenv", 0o600), ("key", 0o600), ("armored", 0o600)] {
                #expect(try mode(site.folder.path + "/\(root)/\(name)") == wanted, "\(name)")
            }
            let again = await site.trimtab("plan", "--output", "json")
            #expect(again.status == .success, "nothing is left to do: \(again.output)")
        }
    }

    @Test func `a changed secret and drift reach the host, and nothing of them is written anywhere else`() async throws
    {
        try await TrialSite.with { site in
            try giveKey(to: site)
            try await writeAll(site, canary)
            var printed = ""
            func run(_ arguments: String...) async {
                let run = await site.trimtab(arguments)
                printed += run.output + run.errors
            }
            await run("sync", "--once", "--fleet", site.folder.path + "/fleet")
            // Drift, by another secret.
            let path = "fleet/sandbox/dev/srv/site/inline"
            try site.write("password=\(canary)-stolen\n", to: path)
            for command in ["plan", "diff"] {
                await run(command)
                await run(command, "--output", "json")
            }
            await run("sync", "--once")
            #expect(try site.read(path) == "password=\(canary)\n")
            // Rotated.
            try await writeAll(site, "\(canary)-second")
            await run("plan", "--output", "json")
            await run("sync", "--once")
            #expect(try site.read(path) == "password=\(canary)-second\n")
            // A value that the target refuses.
            try site.write("x", to: "fleet/apps/web/files/key.age")
            await run("sync", "--once")
            for command in [
                ["status"], ["status", "--output", "json"], ["log", "--output", "json"],
                ["history", "example/web@dev"],
                ["render", "example/web@dev"], ["render", "example/web@dev", "--output", "json"], ["audit", "export"],
                ["validate", site.folder.path + "/fleet"],
            ] {
                let run = await site.trimtab(command)
                printed += run.output + run.errors
            }
            #expect(printed.contains("not shown; fingerprint "))
            #expect(printed.contains("<encrypted>"))
            let search = CanarySearch(canary)
            #expect(search.found(in: Array(printed.utf8)) == nil)
            #expect(try search.files(below: site.state) == [])
            #expect(try search.files(below: site.folder.path + "/fleet/apps") == [])
            // The search finds what is there to be found.
            #expect(try search.files(below: site.folder.path + "/fleet/sandbox/dev").isEmpty == false)
        }
    }

    @Test func `the log of a daemon with all its details holds no secret`() async throws {
        try await TrialSite.with { site in
            try giveKey(to: site)
            try await writeAll(site, canary)
            await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
            try await site.withDaemon {
                try site.write("drift \(canary)", to: "fleet/sandbox/dev/srv/site/inline")
                let run = await site.trimtab("refresh")
                let metrics = try await site.get("/metrics")
                let status = try await site.get("/v1/status")
                let search = CanarySearch(canary)
                for text in [metrics, status, run.output, run.errors] {
                    #expect(search.found(in: Array(text.utf8)) == nil)
                }
            }
            #expect(try CanarySearch(canary).files(below: site.state) == [])
        }
    }

    @Test func `without the key the unit fails by name, says where keys belong, and the host stays as it is`()
        async throws
    {
        try await TrialSite.with { site in
            try await site.deploy("plain")
            try giveKey(to: site, try Identity.generate())
            try site.write(
                try await encrypt(manifest("inline", "content: \(canary)")), to: "fleet/apps/web/inline.yaml")
            let run = await site.trimtab("sync", "--once")
            #expect(run.status != .success)
            let status = await site.trimtab("status")
            #expect((run.output + run.errors + status.output).contains("apps/web/inline.yaml: no key opens the file"))
            #expect((run.output + run.errors + status.output).contains("/state/keys"))
            #expect(!FileManager.default.fileExists(atPath: site.folder.path + "/fleet/sandbox/dev/srv/site/inline"))
            let render = await site.trimtab("render", "example/web@dev")
            #expect(render.output.contains("<encrypted>"))
        }
    }

    @Test func `a key that others may read is not used`() async throws {
        try await TrialSite.with { site in
            try giveKey(to: site)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: site.state + "/keys/agent.txt")
            try await writeAll(site, canary)
            let run = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
            #expect(run.output.contains("others may read this key"), "\(run.output)")
        }
    }

    @Test func `a file that was changed after it was encrypted is refused`() async throws {
        try await TrialSite.with { site in
            try giveKey(to: site)
            try site.write("", to: "fleet/apps/web/site.yaml")
            let file = try await encrypt(manifest("inline", "content: \(canary)"))
            try site.write(
                file.replacing("/srv/site/inline", with: "/srv/site/other"), to: "fleet/apps/web/inline.yaml")
            let run = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
            #expect(run.output.contains("was changed after it was encrypted"), "\(run.output)")
            #expect(!FileManager.default.fileExists(atPath: site.folder.path + "/fleet/sandbox/dev/srv/site/other"))
        }
    }
}
