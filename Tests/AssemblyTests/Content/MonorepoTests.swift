// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// Many applications in one repository: how many are rendered again is counted, not timed.
@Suite struct MonorepoTests {
    private let alone = 40
    private let sharing = 12

    @Test func `a commit renders those that it touches, and no others are even looked at`() async throws {
        try await TrialSite.with { site in
            try site.write("/sandbox/\n", to: "fleet/.gitignore")
            try FileManager.default.removeItem(at: site.folder.appending(path: "fleet/projects/site/web.yaml"))
            for number in 0..<(alone + sharing) {
                try site.write(application("app\(number)"), to: "fleet/projects/site/app\(number).yaml")
                try site.write(page("app\(number)", "one"), to: "fleet/apps/app\(number)/page.yaml")
            }
            try site.write(page("shared", "one"), to: "fleet/base/shared.yaml")
            for number in alone..<(alone + sharing) {
                try FileManager.default.createSymbolicLink(
                    atPath: site.folder.path + "/fleet/apps/app\(number)/shared.yaml",
                    withDestinationPath: "../../base/shared.yaml")
            }
            try site.commit("Begin")
            try await site.withDaemon {
                try await waitForPlans(alone + sharing, at: site)
                var done = try await renders("done", at: site)
                #expect(done == alone + sharing)
                for (change, count) in [
                    ("fleet/apps/app7/page.yaml", 1), ("fleet/base/shared.yaml", sharing), ("fleet/docs/readme.md", 0),
                    ("fleet/apps/app9/second.yaml", 1),
                ] {
                    try site.write(page("changed", "two"), to: change)
                    try site.commit("Change \(change)")
                    let before = try await runs(at: site)
                    try await site.withOperations { _ = try await $0.refresh([], reason: "", actor: .trimtab) }
                    while try await runs(at: site) < before + count { try await Task.sleep(for: .milliseconds(10)) }
                    done += count
                    #expect(try await renders("done", at: site) == done, "\(change)")
                    #expect(try await renders("reused", at: site) == 0, "\(change)")
                }
            }
        }
    }

    private func application(_ name: String) -> String {
        """
        kind: Application
        metadata: {name: \(name)}
        spec: {source: {path: apps/\(name)}, targets: {env: dev}, sync: {apply: manual}}

        """
    }

    private func page(_ name: String, _ content: String) -> String {
        """
        apiVersion: host.trimtab.dev/v1alpha1
        kind: File
        metadata: {name: \(name)}
        spec: {path: /srv/site/\(name).html, content: \(content)}

        """
    }

    /// Units that wait with a plan, counted by what was recorded.
    private func runs(at site: TrialSite) async throws -> Int {
        try await site.withOperations {
            try await $0.events(EventFilter(kinds: [.planBlocked], start: .after(0), limit: 1000)).events.count
        }
    }

    private func waitForPlans(_ count: Int, at site: TrialSite) async throws {
        while try await runs(at: site) < count { try await Task.sleep(for: .milliseconds(20)) }
    }

    private func renders(_ result: String, at site: TrialSite) async throws -> Int {
        let line = try await site.get("/metrics").split(separator: "\n").first {
            $0.hasPrefix("trimtab_renders_total{result=\"\(result)\"}")
        }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}
