// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Age
import Foundation
import Manifest
import Secrets
import TestSupport
import Testing

/// What is encrypted is opened from the file that it stands in, also when the same stood in another file before.
@Suite struct MovedSecretsTests {
    private static let manifest = """
        apiVersion: host.trimtab.dev/v1alpha1
        kind: File
        metadata: {name: db}
        spec:
          path: /srv/site/db
          content: canary-5d

        """

    @Test func `a file that moves within its unit is opened from its new place, by later processes too`() async throws {
        let key = try Identity.generate()
        let metadata = SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(key.recipient)")))]],
            rule: try EncryptionRule(in: ["encrypted_regex": "^content$"]), macOnlyEncrypted: false)
        let encrypted = String(
            decoding: try await SOPS.encrypt(
                Array(Self.manifest.utf8), .yaml, metadata, with: KeyRing(), now: "2026-11-27T03:04:05Z"),
            as: UTF8.self)
        try await TrialSite.with { site in
            let secret = try #require(key.secretText).withExposed { $0.string }
            try site.write(secret, to: "state/keys/agent.txt")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: site.state + "/keys/agent.txt")
            try site.write("/sandbox/\n", to: "fleet/.gitignore")
            try site.write(encrypted, to: "fleet/apps/web/a.enc.yaml")
            try site.commit("Begin")
            let fleet = site.folder.path + "/fleet"
            let first = await site.trimtab("sync", "--once", "--fleet", fleet)
            #expect(first.status == .success, "\(first.output)\(first.errors)")
            try site.git("mv", "apps/web/a.enc.yaml", "apps/web/b.enc.yaml")
            try site.commit("Move")
            let deployed = "fleet/sandbox/dev/srv/site/db"
            for _ in 0..<2 {
                let run = await site.trimtab("sync", "--once")
                #expect(run.status == .success, "\(run.output)\(run.errors)")
                #expect(try site.read(deployed) == "canary-5d")
                // What a hand changed is put back by what was kept.
                try site.write("by hand", to: deployed)
            }
            let last = await site.trimtab("sync", "--once")
            let status = await site.trimtab("status")
            #expect(last.status == .success, "\(last.output)\(last.errors)\(status.output)")
            #expect(try site.read(deployed) == "canary-5d")
        }
    }
}
