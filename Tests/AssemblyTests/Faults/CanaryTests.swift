// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import TestSupport
import Testing

/// A password that somebody wrote where it must not stand is refused, and repeated nowhere.
@Suite struct CanaryTests {
    private let canary = "canary-8d1f40c2"

    @Test func `a password in the address of a source is in no output, journal, metric or state file`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            try site.write(
                """
                apiVersion: trimtab.dev/v1alpha1
                kind: Source
                metadata: {name: shop}
                spec: {git: "https://robot:\(canary)@git.example.org/shop.git"}
                ---
                apiVersion: trimtab.dev/v1alpha1
                kind: Project
                metadata: {name: shop}
                spec:
                  sources: [shop]
                  limits: [{on: {env: dev}, host: {paths: ["/srv/shop/**"], kinds: [File]}}]

                """, to: "fleet/platform/shop.yaml")
            try site.write(
                """
                apiVersion: trimtab.dev/v1alpha1
                kind: Application
                metadata: {name: shop}
                spec: {source: {name: shop, path: web}, targets: {env: dev}}

                """, to: "fleet/projects/shop/shop.yaml")
            let fleet = site.folder.path + "/fleet"
            var printed = ""
            let commands = [
                ["validate", fleet], ["sync", "--once", "--fleet", fleet], ["status"], ["status", "--output", "json"],
                ["plan"], ["diff"], ["log", "--output", "json"], ["audit", "export"], ["refresh"],
            ]
            for command in commands {
                let run = await site.trimtab(command)
                printed += run.output + run.errors
            }
            #expect(printed.contains("shop"), "it is said that the source cannot be used")
            try await site.withDaemon {
                let text = try await site.get("/metrics")
                let status = try await site.get("/v1/status")
                #expect(status.contains("shop"))
                for output in [text, status] { #expect(!output.contains(canary)) }
            }
            #expect(!printed.contains(canary))
            let files = FileManager.default.enumerator(atPath: site.state)
            while let name = files?.nextObject() as? String {
                guard let content = FileManager.default.contents(atPath: site.state + "/" + name) else { continue }
                #expect(content.range(of: Data(canary.utf8)) == nil, "\(name)")
            }
        }
    }
}
