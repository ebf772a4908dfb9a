// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Secrets
import TestSupport
import Testing

@testable import Assembly

/// Files that only the daemon's own `gpg` opens.
@Suite(.timeLimit(.minutes(2))) struct DaemonOpenPGPTests {
    private let canary = "canary-\(UInt32.random(in: 0...UInt32.max))-openpgp"

    @Test func `what is encrypted to a key in the folder of the daemon is deployed, and by no other key`() async throws
    {
        let canary = canary
        try await TrialSite.with { site in
            try await withKey(in: site.state + "/keys/gnupg") { environment, fingerprint in
                let file = """
                    apiVersion: host.trimtab.dev/v1alpha1
                    kind: File
                    metadata: {name: database}
                    spec:
                      path: /srv/site/database.env
                      content: \(canary)

                    """
                let ring = KeyRing(openPGP: OpenPGP(environment: environment))
                let encrypted = try await encrypt(file, to: .pgp(fingerprint: fingerprint), with: ring)
                #expect(encrypted.contains("BEGIN PGP MESSAGE") && !encrypted.contains(canary))
                try site.write(encrypted, to: "fleet/apps/web/database.yaml")
                let database = site.folder.path + "/" + TrialSite.database
                let fleet = site.folder.path + "/fleet"
                try await site.withDaemon(fleet: fleet) {
                    try await site.wait { FileManager.default.fileExists(atPath: database) }
                    #expect(try site.read(TrialSite.database) == canary)
                }
                try await withKey(in: site.folder.path + "/other") { environment, other in
                    let ring = KeyRing(openPGP: OpenPGP(environment: environment))
                    try site.write(
                        try await encrypt(file, to: .pgp(fingerprint: other), with: ring),
                        to: "fleet/apps/web/database.yaml")
                }
                try await site.withDaemon {
                    try await site.wait { await site.trimtab("status").output.contains("no key opens the file: pgp") }
                    #expect(try site.read(TrialSite.database) == canary)
                }
                // Its key lies there, too, and does not hold the canary.
                #expect(try CanarySearch(canary).files(below: site.state) == [])
            }
        }
    }

    @Test func `a key in a project's own folder opens for that project alone, and the daemon's for it, too`()
        async throws
    {
        try await withScratchFolder { state in
            let keys = AgentKeys(state: state.path, countsUser: false)
            try await withKey(in: state.path + "/keys/gnupg") { daemon, all in
                try await withKey(in: state.path + "/keys/projects/shop/gnupg") { own, one in
                    for (environment, key, expected) in [(daemon, all, [true, true]), (own, one, [true, false])] {
                        let file = try await encrypt(
                            "content: \(canary)\n", to: .pgp(fingerprint: key),
                            with: KeyRing(openPGP: OpenPGP(environment: environment)))
                        for (project, opens) in zip(["shop", "ledger"], expected) {
                            let ring = try keys.ring(for: name(project))
                            let opened = try? await SOPS.decrypt(Array(file.utf8), .yaml, with: ring)
                            #expect((opened != nil) == opens, "\(project) \(key)")
                        }
                    }
                }
            }
        }
    }

    /// A home of GnuPG with a new key, whose agent is ended afterwards.
    private func withKey(
        in home: String, _ body: ([String: String], Text) async throws -> Void
    ) async throws {
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let environment = ["GNUPGHOME": home, "HOME": home, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
        defer { _ = try? TestProcess.run("/usr/bin/gpgconf", ["--kill", "gpg-agent"], environment: environment) }
        let made = try TestProcess.run(
            "/usr/bin/gpg",
            [
                "--batch", "--passphrase", "", "--quick-generate-key", "agent@example.org", "future-default", "default",
                "1d",
            ],
            environment: environment)
        #expect(made.status == 0, "\(made.text)")
        let list = try TestProcess.run(
            "/usr/bin/gpg", ["--batch", "--with-colons", "--list-keys"], environment: environment)
        let fields = list.text.split(separator: "\n").first { $0.hasPrefix("fpr:") }?.split(separator: ":")
        try await body(environment, Text(String(try #require(fields?.last))))
    }
}
