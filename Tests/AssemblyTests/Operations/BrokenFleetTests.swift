// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// What a fleet that is broken, empty or hostile does to what runs already: nothing.
@Suite struct BrokenFleetTests {
    private let web = "fleet/projects/site/web.yaml"

    private func sync(_ site: TrialSite) async -> CommandRun {
        await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
    }

    private func status(_ site: TrialSite) async throws -> Value {
        try await site.trimtab("status", "--fleet", site.folder.path + "/fleet", "--output", "json").value
    }

    private func expectUntouched(_ site: TrialSite) throws {
        for target in ["dev", "prod"] {
            #expect(try site.read("fleet/sandbox/\(target)/srv/site/index.html") == "one")
        }
    }

    private func removeFiles(_ site: TrialSite, _ paths: String...) throws {
        for path in paths { try FileManager.default.removeItem(at: site.folder.appending(path: path)) }
    }

    /// An application that deletes its objects when it is taken out: the most that a mistake could cost.
    private func deployEager(_ site: TrialSite) async throws {
        try site.write(try site.read(web) + "  onRemoval: delete\n", to: web)
        try await site.deploy("one")
    }

    @Test func `a fleet that is suddenly empty deletes nothing and says so`() async throws {
        try await TrialSite.with { site in
            try await deployEager(site)
            try removeFiles(site, "fleet/projects", "fleet/platform")
            for folder in ["projects", "platform"] { try site.write("empty", to: "fleet/\(folder)/README.md") }
            _ = await sync(site)
            try expectUntouched(site)
            // The folders themselves are gone: broken, not empty.
            try removeFiles(site, "fleet/projects", "fleet/platform")
            _ = await sync(site)
            try expectUntouched(site)
            let problems = try await status(site)["problems"]?.arrayValue ?? []
            #expect(problems.contains { $0["reason"]?.stringValue?.string.contains("no such file or folder") == true })
            try removeFiles(site, "fleet/fleet.yaml")
            _ = await sync(site)
            try expectUntouched(site)
            let log = await site.trimtab("log", "--output", "json")
            #expect(!log.output.contains("unitRemoved") && !log.output.contains("planBlocked"))
        }
    }

    @Test func `a folder that is no fleet is named, and is no missing unit`() async throws {
        try await TrialSite.with { site in
            try removeFiles(site, "fleet")
            try site.write("nothing", to: "fleet/README.md")
            let run = await sync(site)
            #expect(run.status == .unavailable)
            #expect(run.errors.contains("fleet.yaml"), "\(run.errors)")
            let checked = await site.trimtab("validate", "/nonexistent")
            #expect(checked.errors == "error: /nonexistent: No such file or directory\n")
        }
    }

    @Test func `a server that is away is told in words`() async throws {
        try await TrialSite.with { site in
            let server = "http://127.0.0.1:\(try freePort())"
            let run = await site.trimtab(["status", "--server", server], variables: ["TRIMTAB_TOKEN": "x"])
            #expect(run.status == .unavailable)
            #expect(run.errors.contains("cannot reach \(server): connection refused"), "\(run.errors)")
        }
    }

    @Test(arguments: [
        "kind: [", "kind: Application\nmetadata: {name: web}\nspec: {sorce: {}}\n", "\u{0}", "{{ .Values.web }}",
        "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *c]\n",
    ])
    func `a broken file keeps what it declared, and it is shown with the reason`(content: String) async throws {
        try await TrialSite.with { site in
            try await deployEager(site)
            try site.write(content, to: web)
            let other = Skeleton.files.first { $0.path == "projects/site/web.yaml" }.map {
                $0.content.replacing("name: web", with: "name: other").replacing("apps/web", with: "apps/other")
            }
            try site.write(try #require(other), to: "fleet/projects/site/other.yaml")
            try site.write(
                """
                apiVersion: host.trimtab.dev/v1alpha1
                kind: File
                metadata: {name: other}
                spec: {path: /srv/site/other, content: two}
                """, to: "fleet/apps/other/site.yaml")
            _ = await sync(site)
            try expectUntouched(site)
            // The rest of the fleet goes on.
            #expect(try site.read("fleet/sandbox/dev/srv/site/other") == "two")
            let status = try await status(site)
            let units = status["units"]?.arrayValue ?? []
            #expect(
                units.compactMap { $0["unit"]?.stringValue?.string } == [
                    "example/other@dev", "example/other@prod", "example/web@dev", "example/web@prod",
                ])
            for unit in units.suffix(2) {
                let reason = unit["problems"]?.arrayValue?.first?["reason"]?.stringValue?.string ?? ""
                #expect(reason.hasPrefix("stays as it is, because its declaration is broken: "), "\(unit)")
            }
            #expect(status["problems"]?.arrayValue?.first?["file"] == "projects/site/web.yaml")
        }
    }

    @Test func `an application that is taken out is let go while another file is broken elsewhere`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            try removeFiles(site, "fleet/projects/site/web.yaml")
            try site.write("none", to: "fleet/projects/site/README.md")
            try site.write("kind: [", to: "fleet/projects/other/broken.yaml")
            _ = await sync(site)
            try expectUntouched(site)
            let log = await site.trimtab("log", "--output", "json")
            #expect(
                log.output.contains("unit.removed") || log.output.contains("unitRemoved"), "\(log.output.suffix(600))")
        }
    }
}
