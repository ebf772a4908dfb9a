// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Assembly
import Commands
import Foundation
import Manifest
import TestSupport
import Testing

/// The guard at the door: `trimtab validate` on a fleet with plain secrets.
@Suite struct PlainSecretTests {
    private func check(_ files: [String: String], policy: String = "") async throws -> FleetCheck {
        try await withScratchFolder("guard") { folder in
            var all = [
                "fleet.yaml":
                    "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/\(policy)}\n",
                "platform/all.yaml": """
                kind: Target
                metadata: {name: dev, labels: {env: dev}}
                spec: {host: {root: ./dev}}
                ---
                kind: Project
                metadata: {name: shop}
                spec:
                  sources: [fleet]
                  limits: [{on: {env: dev}, host: {paths: ["/srv/**"], kinds: [File]}}]
                """,
                "projects/shop/web.yaml":
                    "kind: Application\nmetadata: {name: web}\nspec: {source: {path: apps/web}, targets: {env: dev}}\n",
                "apps/web/site.yaml": """
                apiVersion: host.trimtab.dev/v1alpha1
                kind: File
                metadata: {name: site}
                spec: {path: /srv/site, source: files/site.conf}
                """,
                "apps/web/files/site.conf": "listen 80\n",
            ]
            all.merge(files) { $1 }
            for (name, content) in all {
                let path = folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: path)
            }
            return try await Parts.live.validate(FleetCheckRequest(folder: Text(folder.path)))
        }
    }

    private static let key = "listen 80\n-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAcanary\n"

    @Test func `a fleet without plain secrets passes`() async throws {
        let check = try await check([:])
        #expect(check.problems == [] && check.notices == [])
    }

    @Test func `a key in a file that is deployed is refused, with file and line, and not repeated`() async throws {
        let check = try await check(["apps/web/files/site.conf": Self.key])
        let problem = try #require(check.problems.first)
        #expect(check.problems.count == 1)
        #expect(problem.description.hasPrefix("apps/web/files/site.conf:2:1: a private key stands here"))
        #expect(!"\(check)".contains("canary"))
    }

    @Test func `by policy it is only told`() async throws {
        let check = try await check(["apps/web/files/site.conf": Self.key], policy: ", plainSecrets: warn")
        #expect(check.problems == [])
        #expect(check.warnings.count == 1)
        #expect(check.warnings.first?.description.hasPrefix("apps/web/files/site.conf:2:1: a private key") == true)
    }

    @Test func `what the baseline accepts is passed over`() async throws {
        let first = try await check(["apps/web/files/site.conf": Self.key])
        let advice = try #require(first.problems.first?.advice?.string)
        let words: [Substring] = advice.split(separator: " ")
        let fingerprint = try #require(words.first { $0.count == 16 && $0.allSatisfy(\.isHexDigit) })
        let second = try await check([
            "apps/web/files/site.conf": Self.key,
            "secrets-baseline.yaml": "accepted:\n- {rule: private-key, fingerprint: \"\(fingerprint)\"}\n",
        ])
        #expect(second.problems == [])
    }

    @Test func `secrets in what declares the fleet are found, and folders that it does not read are not looked at`()
        async throws
    {
        let check = try await check([
            "platform/notes.md": "db: postgres://shop:hunter22@db.example.org/shop\n", "attic/old.conf": Self.key,
        ])
        #expect(check.problems.map(\.file.string) == ["platform/notes.md"])
    }
}
