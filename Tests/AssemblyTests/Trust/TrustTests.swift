// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// Where the fleet lies and whom it trusts comes from whoever starts the agent.
@Suite struct TrustTests {
    @Test func `a fleet over SSH is deployed, and not when its history is rewritten`() async throws {
        try await TrialSite.with { site in
            let origin = try commit(site, "one")
            let server = try SSHServer.start(in: site.folder.appending(path: "sshd"))
            defer { server.stop() }
            try addCredentials(for: server, to: site)
            let url = server.url(of: origin.folder)
            try writeTrust("fleet: \(url)\ncredentials: forge\nknownHosts: sshd/known_hosts\n", to: site)
            // The trust file names the fleet, and both are remembered.
            let first = await site.trimtab("sync", "--once", "--trust", "trust.yaml")
            #expect(first.status == .success, "\(first.errors)")
            #expect(try await source(site)["state"] == "ready")
            #expect(try await source(site)["url"]?.stringValue == Text(url))
            try site.writeContent("two")
            try origin.commit("two", "--amend")
            let second = await site.trimtab("sync", "--once")
            #expect(second.output.contains("unchanged") || second.status == .success, "\(second.errors)")
            let refused = try await source(site)
            #expect(refused["state"] == "refused")
            #expect(refused["reason"]?.stringValue?.string.contains("history was rewritten") == true)
            let files = FileManager.default.enumerator(atPath: site.state)
            var deployed = ""
            while let name = files?.nextObject() as? String {
                if name.hasSuffix("srv/site/index.html") { deployed += try site.read("state/" + name) }
            }
            #expect(deployed.contains("one") && !deployed.contains("two"))
        }
    }

    @Test func `a fleet that nobody signed is not deployed where signatures are asked for`() async throws {
        try await TrialSite.with { site in
            let origin = try commit(site, "one")
            try site.write("ada@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n", to: "signers")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: site.folder.path + "/signers")
            try writeTrust("verify: {ssh: signers}\n", to: site)
            let run = await site.trimtab("sync", "--once", "--fleet", origin.folder.path, "--trust", "trust.yaml")
            #expect(run.status != .success)
            #expect(run.errors.contains("the commit \(try origin.head().short) is not signed"), "\(run.errors)")
            #expect(try await source(site)["state"] == "refused")
        }
    }

    @Test func `who signed a commit is on record, in the log, and told of a moment that is past`() async throws {
        try await TrialSite.with { site in
            let key = site.folder.appending(path: "ada.key").path
            let made = try TestProcess.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
            try #require(made.status == 0, "\(made.text)")
            try site.writePrivate("ada@example.org \(try site.read("ada.key.pub"))", to: "signers")
            try writeTrust("verify: {ssh: signers}\n", to: site)
            try site.writeContent("one")
            let origin = try GitFixture(at: site.folder.appending(path: "fleet"))
            try origin.git("config", "gpg.format", "ssh")
            try origin.git("config", "user.signingkey", key)
            let signed = try origin.commit("one", "-S")
            try await site.withDaemon(fleet: origin.folder.path, trust: site.folder.path + "/trust.yaml") {
                try await site.wait { try await site.unit("web@dev")?["sync"] == "InSync" }
                let seen = await site.trimtab("log", "--kind", "commitSeen", "--output", "json")
                let payload = try JSON.read(Array(seen.output.utf8))["payload"]
                #expect(payload?["commit"]?.stringValue == Text(signed.hex))
                #expect(payload?["signature"] == "good" && payload?["signer"] == "ada@example.org", "\(seen.output)")
                let log = await site.trimtab("log", "--kind", "commitSeen")
                #expect(log.output.contains(", signed by ada@example.org"), "\(log.output)")
                let past = await site.trimtab("status", "web@dev", "--at", "now")
                #expect(past.output.contains("commit signed by ada@example.org"), "\(past.output)")
                let value = try await site.trimtab("status", "web@dev", "--at", "now", "--output", "json").value
                #expect(value["units"]?.arrayValue?.first?["signer"] == "ada@example.org")
                // What nobody signed changes nothing of it.
                try site.writeContent("two")
                let unsigned = try origin.commit("two")
                let asked = await site.trimtab("refresh")
                #expect(asked.status != .usage)
                let refused = await site.trimtab("log", "--kind", "commitRefused", "--output", "json")
                #expect(refused.output.contains(unsigned.hex), "\(refused.output)")
                let still = await site.trimtab("status", "web@dev", "--at", "now")
                #expect(still.output.contains("commit signed by ada@example.org"), "\(still.output)")
            }
        }
    }

    @Test func `the trust file is for one fleet, and nobody else may write it`() async throws {
        try await TrialSite.with { site in
            _ = try commit(site, "one")
            try writeTrust("fleet: https://git.example.org/fleet.git\n", to: site)
            let other = await site.trimtab("status", "--fleet", site.folder.path + "/fleet", "--trust", "trust.yaml")
            #expect(other.errors.contains("is for the fleet https://git.example.org/fleet.git"))
            try writeTrust("unknown: 1\n", to: site)
            let unknown = await site.trimtab("status", "--fleet", site.folder.path + "/fleet", "--trust", "trust.yaml")
            #expect(unknown.errors.contains("trust.yaml:1:1"), "\(unknown.errors)")
            try writeTrust("interval: 10s\n", to: site, mode: 0o666)
            let open = await site.trimtab("status", "--fleet", site.folder.path + "/fleet", "--trust", "trust.yaml")
            #expect(open.errors.contains("can be written by others"))
        }
    }

    private func commit(_ site: TrialSite, _ content: String) throws -> GitFixture {
        try site.writeContent(content)
        let origin = try GitFixture(at: site.folder.appending(path: "fleet"))
        try origin.commit(content)
        return origin
    }

    private func source(_ site: TrialSite) async throws -> Value {
        try await site.trimtab("status", "--output", "json").value["sources"]?.arrayValue?.first ?? .null
    }

    private func writeTrust(_ text: String, to site: TrialSite, mode: Int = 0o600) throws {
        try site.write(text, to: "trust.yaml")
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: site.folder.path + "/trust.yaml")
    }

    private func addCredentials(for server: SSHServer, to site: TrialSite) throws {
        try site.write("url=ssh://127.0.0.1:\(server.port)\nidentity=forge.key\n", to: "state/credentials/forge")
        try FileManager.default.copyItem(
            at: server.identity, to: site.folder.appending(path: "state/credentials/forge.key"))
        for name in ["forge", "forge.key"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: site.state + "/credentials/" + name)
        }
    }
}
