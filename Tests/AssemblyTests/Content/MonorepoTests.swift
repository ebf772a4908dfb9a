// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// Many applications in one repository: what a commit costs is counted, not timed, and is the same however many there
/// are that it does not touch.
@Suite struct MonorepoTests {
    private let alone = 200
    private let sharing = 50

    /// What a commit changes, how many renders that is worth, and how many files of the fleet.
    private struct Change {
        var path: String
        var content: String
        var renders: Int
        var fleetFiles = 0
    }

    @Test func `a commit renders those that it touches, and no others are even looked at`() async throws {
        try await TrialSite.with { site in
            try lay(site, alone: alone, sharing: sharing)
            try await site.withDaemon {
                try await waitForPlans(alone + sharing, at: site)
                #expect(try await site.renders("done") == alone + sharing)
                #expect(try await site.figure("trimtab_fleet_files_read_total") >= alone + sharing)
                for change in changes {
                    try site.write(change.content, to: "fleet/" + change.path)
                    try site.commit("Change \(change.path)")
                    let before = try await counts(at: site)
                    try await site.withOperations { _ = try await $0.refresh([], reason: "", actor: .trimtab) }
                    try await waitForPlans(before.plans + change.renders, at: site)
                    let after = try await counts(at: site)
                    #expect(after.done - before.done == change.renders, "\(change.path)")
                    #expect(after.reused == before.reused, "\(change.path)")
                    #expect(after.fleetFiles - before.fleetFiles == change.fleetFiles, "\(change.path)")
                    // Commits, the folders on the way, and for each unit that is rendered its folder and its files.
                    #expect(after.objects - before.objects <= 16 + 4 * change.renders, "\(change.path)")
                }
            }
        }
    }

    @Test func `looks that come at the same time read and accept a commit once`() async throws {
        try await TrialSite.with { site in
            try lay(site, alone: 3, sharing: 0)
            try await site.withDaemon {
                try await waitForPlans(3, at: site)
                let before = try await counts(at: site)
                let seen = try await commits(at: site)
                try site.write("# two\n" + application("app1"), to: "fleet/projects/site/app1.yaml")
                try site.commit("Change an application")
                try await withThrowingTaskGroup { group in
                    for _ in 0..<8 {
                        group.addTask {
                            try await site.withOperations { _ = try await $0.refresh([], reason: "", actor: .trimtab) }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await counts(at: site).fleetFiles == before.fleetFiles + 1)
                #expect(try await commits(at: site) == seen + 1)
            }
        }
    }

    private func commits(at site: TrialSite) async throws -> Int {
        try await site.withOperations {
            try await $0.events(EventFilter(kinds: [.commitSeen], start: .after(0), limit: 1000)).events.count
        }
    }

    private var changes: [Change] {
        [
            Change(path: "apps/app7/page.yaml", content: page("app7", "two"), renders: 1),
            Change(path: "base/shared.yaml", content: page("shared", "two"), renders: sharing),
            Change(path: "docs/readme.md", content: "Nobody reads this.", renders: 0),
            Change(path: "apps/app9/second.yaml", content: page("second", "two"), renders: 1),
            Change(
                path: "projects/site/app3.yaml", content: application("app3", in: "apps/app4"), renders: 1,
                fleetFiles: 1),
            // A comment makes no other application.
            Change(
                path: "projects/site/app5.yaml", content: "# five\n" + application("app5"), renders: 0, fleetFiles: 1),
            Change(
                path: "projects/site/more.yaml", content: application("more", in: "apps/app6"), renders: 1,
                fleetFiles: 1),
        ]
    }

    private func lay(_ site: TrialSite, alone: Int, sharing: Int) throws {
        try site.write("/sandbox/\n", to: "fleet/.gitignore")
        try FileManager.default.removeItem(at: site.folder.appending(path: "fleet/projects/site/web.yaml"))
        for number in 0..<(alone + sharing) {
            try site.write(application("app\(number)"), to: "fleet/projects/site/app\(number).yaml")
            try site.write(page("app\(number)", "one"), to: "fleet/apps/app\(number)/page.yaml")
        }
        try site.write(page("shared", "one"), to: "fleet/base/shared.yaml")
        try site.write("resources: [shared.yaml]\n", to: "fleet/base/kustomization.yaml")
        for number in alone..<(alone + sharing) {
            try site.write("resources: [../../base, page.yaml]\n", to: "fleet/apps/app\(number)/kustomization.yaml")
        }
        try site.commit("Begin")
    }

    private func application(_ name: String, in folder: String? = nil) -> String {
        """
        kind: Application
        metadata: {name: \(name)}
        spec: {source: {path: \(folder ?? "apps/\(name)")}, targets: {env: dev}, sync: {apply: manual}}

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

    private struct Counts {
        var plans: Int
        var done: Int
        var reused: Int
        var fleetFiles: Int
        var objects: Int
    }

    private func counts(at site: TrialSite) async throws -> Counts {
        Counts(
            plans: try await plans(at: site), done: try await site.renders("done"),
            reused: try await site.renders("reused"),
            fleetFiles: try await site.figure("trimtab_fleet_files_read_total"),
            objects: try await site.figure("trimtab_git_objects_read_total"))
    }

    /// Units that wait with a plan, counted by what was recorded.
    private func plans(at site: TrialSite) async throws -> Int {
        try await site.withOperations {
            try await $0.events(EventFilter(kinds: [.planBlocked], start: .after(0), limit: 1000)).events.count
        }
    }

    private func waitForPlans(_ count: Int, at site: TrialSite) async throws {
        while try await plans(at: site) < count { try await Task.sleep(for: .milliseconds(20)) }
    }
}
