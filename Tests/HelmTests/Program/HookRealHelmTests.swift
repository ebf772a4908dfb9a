// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import TestSupport
import Testing

/// Hooks of a chart, by the whole program: files on a host, which are well as soon as they are there.
@Suite struct HookRealHelmTests {
    private func with(_ version: HelmLab.Version, _ body: (HelmSite) throws -> Void) async throws {
        try await withScratchFolder { folder in
            let site = try HelmSite(below: folder, helm: version, charts: "[]")
            try site.write("apiVersion: v2\nname: web\nversion: 1.0.0\n", "chart/Chart.yaml")
            try site.write(hostFile("web", "port {{ .Values.port }}"), "chart/templates/web.yaml")
            for (name, annotations) in [
                ("migrate", #"helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5""#),
                ("notify", #"helm.sh/hook: post-upgrade, helm.sh/hook-delete-policy: hook-succeeded"#),
                ("probe", "helm.sh/hook: test"), ("back", "helm.sh/hook: pre-rollback"),
            ] {
                let file = hostFile(name, "{{ .Values.port }}")
                    .replacing("{name: \(name)}", with: "{name: \(name), annotations: {\(annotations)}}")
                try site.write(file, "chart/templates/\(name).yaml")
            }
            try body(site)
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `a plan lists the hooks that a sync then runs, and no tests`(version: HelmLab.Version) async throws {
        try await with(version) { site in
            try site.commit(path: "chart", helm: "{values: {port: 1}}")
            let plan = try site.trimtab("plan", "--fleet", site.fleet.path)
            #expect(plan.status == 2)
            let lines = plan.text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
            #expect(
                lines.dropFirst().prefix(3) == [
                    "> run    File/migrate (before-sync)", "+ create File/web",
                    "> run    File/notify (after-sync)",
                ], "\(plan.text)")
            #expect(lines.first?.hasSuffix("1 to create, 2 hooks to run") == true)
            #expect(!plan.text.contains("probe") && !plan.text.contains("back"))
            #expect(site.file("srv/migrate") == nil)
            // What somebody else made in the name of a test is not ours.
            try site.write("by hand", "root/srv/probe")
            let sync = try site.sync()
            #expect(sync.status == 0, "\(sync.text)")
            #expect(site.file("srv/web") == "port 1\n" && site.file("srv/migrate") == "1\n")
            #expect(site.file("srv/notify") == nil && site.file("srv/back") == nil)
            #expect(site.file("srv/probe") == "by hand")
            // At rest there is nothing to run.
            #expect(try site.trimtab("plan").text.contains("nothing to do"))
            let events = try site.trimtab("log", "--output", "json").text
            #expect(events.contains("/notify") && events.contains("/migrate"))
            #expect(!events.contains("/probe"))
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `going back runs no hooks`(version: HelmLab.Version) async throws {
        try await with(version) { site in
            for port in 1...2 {
                try site.commit(path: "chart", helm: "{values: {port: \(port)}}")
                try #require(try site.sync().status == 0)
            }
            #expect(site.file("srv/migrate") == "2\n")
            let back = try site.trimtab("rollback", "web", "--reason", "slow")
            #expect(back.status == 0, "\(back.text)")
            try site.sync()
            #expect(site.file("srv/web") == "port 1\n")
            #expect(site.file("srv/migrate") == "2\n")
        }
    }
}
