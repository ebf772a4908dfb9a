// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// Kustomizations that name bases in other repositories: only those that the fleet declares, at the commit that was
/// accepted.
@Suite struct RemoteBaseTests {
    @Test func `a base of a declared source is rendered, and again when that source moves`() async throws {
        try await TrialSite.with { site in
            try lay(site, address: "file://\(site.folder.path)/bases.git//web?ref=main")
            #expect(await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet").status == .success)
            #expect(try site.read("fleet/sandbox/dev/srv/site/base.html") == "one")
            // What nobody reads of it renders nothing.
            try base(site, "unread", file: "other/page.yaml")
            try await site.withDaemon {
                let before = try await site.renders("done")
                try await site.withOperations { _ = try await $0.refresh([], reason: "", actor: .trimtab) }
                #expect(try await site.renders("done") == before)
                try base(site, "two")
                let last = try await site.withOperations { try await $0.events(EventFilter(limit: 1)).next }
                try await site.withOperations { _ = try await $0.refresh([], reason: "", actor: .trimtab) }
                _ = try await site.next(.syncEnded, after: last)
                #expect(try site.read("fleet/sandbox/dev/srv/site/base.html") == "two")
                #expect(try await site.renders("done") == before + 1)
            }
            // Seen by the journal, as any other source is.
            #expect(await site.trimtab("log", "--kind", "commitSeen").output.contains("bases"))
        }
    }

    @Test func `a version names the commits of its bases, and rolling back makes the earlier one again`() async throws {
        try await TrialSite.with { site in
            try lay(site, address: "file://\(site.folder.path)/bases.git//web?ref=main")
            let one = try git(site, "rev-parse", "HEAD")
            #expect(await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet").status == .success)
            try base(site, "two")
            let two = try git(site, "rev-parse", "HEAD")
            #expect(await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet").status == .success)
            #expect(try site.read("fleet/sandbox/dev/srv/site/base.html") == "two")
            // What was rendered is lost; Git still has what it was made from.
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: site.state + "/cache.db" + suffix)
            }
            try await site.withDaemon {
                let unit = try #require(UnitID(parsing: "example/web@dev"))
                let history = try await site.withOperations { try await $0.history(of: unit, limit: 10) }
                #expect(history.map { $0.version.bases.values.map(\.hex) } == [[two], [one]])
                #expect(Set(history.map(\.version.declared)).count == 1, "the fleet's own commit stands")
                let told = await site.trimtab("history", "web@dev").output
                #expect(told.contains("web?ref=main at \(two.prefix(10))"), "\(told)")
                let earlier = try #require(history.last?.renderDigest)
                let result = await site.trimtab("rollback", "web@dev", "--to", "\(earlier.short)", "--reason", "500s")
                #expect(result.status == .success, "\(result.output)\(result.errors)")
                #expect(try site.read("fleet/sandbox/dev/srv/site/base.html") == "one")
            }
        }
    }

    @Test func `a full commit id pins the base`() async throws {
        try await TrialSite.with { site in
            try lay(site, address: "")
            let pinned = try git(site, "rev-parse", "HEAD")
            try base(site, "two")
            try kustomization(site, "https://git.example.org/other.git//web?ref=\(pinned)")
            let refused = await site.trimtab("plan", "--fleet", site.folder.path + "/fleet")
            #expect(
                refused.output.contains("no source of the fleet") || refused.errors.contains("no source of the fleet"))
            try kustomization(site, "file://\(site.folder.path)/bases.git//web?ref=\(pinned)")
            #expect(await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet").status == .success)
            #expect(try site.read("fleet/sandbox/dev/srv/site/base.html") == "one")
        }
    }

    @Test func `what is not declared, not allowed or not pinned is refused with its line and what to do`() async throws
    {
        try await TrialSite.with { site in
            let address = "file://\(site.folder.path)/bases.git//web"
            for (text, reason) in [
                ("https://git.example.org/x.git//web?ref=main", "declare it: kind: Source"),
                (address, "add ?ref="), (address + "?ref=nowhere", "has no tag nowhere or branch nowhere"),
            ] {
                try lay(site, address: text)
                let run = await site.trimtab("validate", "--render", site.folder.path + "/fleet")
                let report = run.output + run.errors
                #expect(report.contains("apps/web/kustomization.yaml:1"), "\(report)")
                if text.hasSuffix("nowhere") { continue }
                #expect(report.contains(reason), "\(report)")
            }
            try lay(site, address: address + "?ref=main", allowed: "[fleet]")
            let run = await site.trimtab("validate", "--render", site.folder.path + "/fleet")
            #expect((run.output + run.errors).contains("which project site may not use"), "\(run.output)\(run.errors)")
        }
    }

    @Test func `what is encrypted in another repository is refused, and not applied as it lies`() async throws {
        try await TrialSite.with { site in
            try lay(site, address: "file://\(site.folder.path)/bases.git//web?ref=main")
            let cipher = "ENC[AES256_GCM,data:aGVsbG8=,iv:AAAA,tag:AAAA,type:str]"
            try site.write("password=\(cipher)\nsops_version=3.11.0\n", to: "bases.git/web/page.env")
            try base(site, "'\(cipher)'", more: "configMapGenerator: [{name: env, envs: [page.env]}]\n")
            let run = await site.trimtab("validate", "--render", site.folder.path + "/fleet")
            let report = run.output + run.errors
            #expect(report.contains("web/page.env is encrypted, and lies in another repository"), "\(report)")
        }
    }

    private func lay(_ site: TrialSite, address: String, allowed: String = "[fleet, bases]") throws {
        if !FileManager.default.fileExists(atPath: site.folder.path + "/bases.git") {
            try FileManager.default.createDirectory(
                atPath: site.folder.path + "/bases.git", withIntermediateDirectories: true)
            _ = try git(site, "init", "--quiet", "--initial-branch=main")
            try base(site, "one")
            try site.write("/sandbox/\n", to: "fleet/.gitignore")
        }
        try site.write(
            """
            kind: Source
            metadata: {name: bases}
            spec: {git: "\(site.folder.path)/bases.git", interval: 1s}
            ---
            kind: Project
            metadata: {name: site}
            spec:
              sources: \(allowed)
              limits: [{on: {env: dev}, host: {paths: ["/srv/site/**"], kinds: [File]}}]

            """, to: "fleet/platform/projects.yaml")
        try site.write(
            """
            kind: Application
            metadata: {name: web}
            spec: {source: {path: apps/web}, targets: {env: dev}}

            """, to: "fleet/projects/site/web.yaml")
        try kustomization(site, address)
    }

    private func kustomization(_ site: TrialSite, _ address: String) throws {
        try site.write("resources: ['\(address)']\n", to: "fleet/apps/web/kustomization.yaml")
        try site.commit("Name a base")
    }

    private func base(_ site: TrialSite, _ content: String, file: String = "web/page.yaml", more: String = "") throws {
        try site.write("resources: [page.yaml]\n" + more, to: "bases.git/web/kustomization.yaml")
        try site.write(
            """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: base}
            spec: {path: /srv/site/base.html, content: \(content)}

            """, to: "bases.git/" + file)
        _ = try git(site, "add", "--all")
        _ = try git(
            site, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message=\(content)")
    }

    private func git(_ site: TrialSite, _ arguments: String...) throws -> String {
        let result = try TestProcess.run("/usr/bin/git", ["-C", site.folder.path + "/bases.git"] + arguments)
        try #require(result.status == 0, "\(result.text)")
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
