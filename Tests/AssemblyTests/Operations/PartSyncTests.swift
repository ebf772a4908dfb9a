// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import TestSupport
import Testing

/// `sync --only` and `sync --prune`, with the real commands.
@Suite struct PartSyncTests {
    private let application = "fleet/projects/site/web.yaml"

    private func page(_ name: String, _ site: TrialSite) -> String? {
        try? site.read("fleet/sandbox/dev/srv/site/\(name).html")
    }

    private func declare(_ name: String, _ content: String, in site: TrialSite) throws {
        try site.write(
            """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: \(name)}
            spec: {path: /srv/site/\(name).html, content: "\(content)"}
            """, to: "fleet/apps/web/\(name).yaml")
    }

    /// A unit that was synced, and of which a person decides what comes next.
    private func site(_ sync: String, _ body: (TrialSite) async throws -> Void) async throws {
        try await TrialSite.with { site in
            let head = try site.read(application).components(separatedBy: "  sync:").first ?? ""
            try site.write(head + "  sync: {\(sync)}\n", to: application)
            try declare("about", "one", in: site)
            try declare("old", "one", in: site)
            try await site.deploy("one")
            try await body(site)
        }
    }

    @Test func `one object is synced, the rest waits, and the journal says what was asked for`() async throws {
        try await site("apply: manual") { site in
            try site.writeContent("two")
            try declare("about", "two", in: site)
            let dry = await site.trimtab("sync", "--once", "web@dev", "--only", "File/about", "--dry-run")
            #expect(dry.status == .differs && dry.output.contains("File/about"), "\(dry.output)\(dry.errors)")
            #expect(!dry.output.contains("File/index") && page("about", site) == "one")

            let run = await site.trimtab("sync", "--once", "web@dev", "--only", "File/about", "--reason", "urgent")
            #expect(run.status == .success && run.output.contains("synced"), "\(run.output)\(run.errors)")
            #expect(page("about", site) == "two" && page("index", site) == "one")
            #expect(try await site.unit("web@dev")?["sync"] != "InSync", "the rest waits for a person")
            let log = await site.trimtab("log", "web@dev", "--kind", "syncStarted", "--output", "json")
            let started = try #require(log.output.split(separator: "\n").last)
            #expect(started.contains("urgent") && started.contains("File//about"), "\(started)")
            let history = await site.trimtab("history", "web@dev")
            #expect(history.output.contains("in part"), "\(history.output)")

            let all = await site.trimtab("sync", "--once", "web@dev")
            #expect(all.status == .success && page("index", site) == "two", "\(all.output)\(all.errors)")
        }
    }

    @Test func `an unknown object is told before anything is done`() async throws {
        try await site("apply: manual") { site in
            try declare("about", "two", in: site)
            let run = await site.trimtab("sync", "--once", "web@dev", "--only", "File/about", "--only", "File/abuot")
            #expect(run.status == .notFound && run.errors.contains("File/abuot names no object"), "\(run.errors)")
            #expect(run.errors.contains("File/about"), "\(run.errors)")
            #expect(page("about", site) == "one")
        }
    }

    @Test func `what left Git stays until it is asked for, and status says so`() async throws {
        try await site("prune: {mode: manual}") { site in
            try FileManager.default.removeItem(at: site.folder.appending(path: "fleet/apps/web/old.yaml"))
            let run = await site.trimtab("sync", "--once", "web@dev")
            #expect(run.status == .success && page("old", site) == "one", "\(run.output)\(run.errors)")
            let plan = await site.trimtab("plan", "web@dev")
            #expect(plan.output.contains("kept    File/old"), "\(plan.output)")
            let dry = await site.trimtab("sync", "--once", "web@dev", "--prune", "--dry-run")
            #expect(dry.output.contains("delete File/old") && page("old", site) == "one", "\(dry.output)")
            let pruned = await site.trimtab("sync", "--once", "web@dev", "--prune")
            #expect(pruned.status == .success && page("old", site) == nil, "\(pruned.output)\(pruned.errors)")
            #expect(page("about", site) == "one")
        }
    }

    @Test func `a deletion that a guard holds goes on with what was asked for, once it is confirmed`() async throws {
        try await site("apply: manual, prune: {mode: manual, atMost: {count: 0, percent: 0}}") { site in
            try FileManager.default.removeItem(at: site.folder.appending(path: "fleet/apps/web/old.yaml"))
            try site.writeContent("two")
            try await site.withDaemon {
                let run = await site.trimtab(
                    "sync", "web@dev", "--only", "File/old", "--prune", "--output", "json")
                #expect(run.status == .blocked && page("old", site) == "one", "\(run.output)\(run.errors)")
                let plan = try #require(try run.value["items"]?.arrayValue?.first?["plan"]?.stringValue)
                let confirmed = await site.trimtab("confirm", "web@dev", "--plan", plan.string)
                try #require(confirmed.status == .success, "\(confirmed.errors)")
                while page("old", site) != nil { try await Task.sleep(for: .milliseconds(20)) }
                #expect(page("index", site) == "one", "nobody asked for that")
            }
        }
    }
}
