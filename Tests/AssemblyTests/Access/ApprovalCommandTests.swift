// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Assembly
import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// An application that others have to agree to, through the command line.
@Suite struct ApprovalCommandTests {
    @Test func `new content waits for those who are named, and breaking the glass is on record`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            let declared = try site.read("fleet/projects/site/web.yaml").replacing(
                "    drift: heal", with: "    approval: {from: [\"user:alice\", leads], count: 2}\n    drift: heal")
            try site.write(declared, to: "fleet/projects/site/web.yaml")
            try site.writeContent("two")
            let once = ["--once", "--fleet", site.folder.path + "/fleet"]
            await site.trimtab(["sync", "web@dev"] + once)
            let unit = try #require(try await site.unit("web@dev"))
            #expect(unit["block"]?["reason"] == "waits for approval: 0 of 2: run trimtab approve")
            #expect(unit["block"]?["approval"]?["needed"] == 2)
            #expect(try site.read("fleet/sandbox/dev/srv/site/index.html") == "one")
            let plan = try #require(unit["block"]?["plan"]?.stringValue?.string)

            // Nobody holds it back whom a confirmation would answer.
            let confirmed = await site.trimtab("confirm", "web@dev", "--plan", plan)
            #expect(confirmed.status == .blocked && confirmed.errors.contains("trimtab approve"), "\(confirmed.errors)")

            let own = await site.trimtab("approve", "web@dev", "--plan", plan)
            #expect(own.status == .success, "\(own.errors)")
            let waiting = try await site.unit("web@dev")
            #expect(waiting?["block"]?["approval"]?["approvers"] == ["user:alice"])
            let quiet = await site.trimtab("approve", "web@dev", "--plan", plan, "--break-glass")
            #expect(quiet.status == .usage)
            let loud = await site.trimtab(
                "approve", "web@dev", "--plan", plan, "--break-glass", "--reason", "prod is down")
            #expect(loud.status == .success, "\(loud.errors)")
            await site.trimtab(["sync", "web@dev"] + once)
            #expect(try site.read("fleet/sandbox/dev/srv/site/index.html") == "two")
            let log = await site.trimtab("log", "--kind", "approved")
            #expect(log.output.contains("BROKE THE GLASS") && log.output.contains("prod is down"))
            let late = await site.trimtab("reject", "web@dev", "--plan", plan, "--reason", "no")
            #expect(late.status == .blocked, "\(late.errors)")
        }
    }

    @Test func `those do not count who wrote what would be applied`() async throws {
        try await TrialSite.with { site in
            let declared = try site.read("fleet/projects/site/web.yaml").replacing(
                "    drift: heal", with: "    approval: {from: [leads]}\n    drift: heal")
            try site.writeContent("one")
            try site.commit("first")
            let once = ["--once", "--fleet", site.folder.path + "/fleet"]
            await site.trimtab(["sync", "web@dev"] + once)
            try site.write(declared, to: "fleet/projects/site/web.yaml")
            try site.writeContent("two")
            try site.commit("second")
            await site.trimtab(["sync", "web@dev"] + once)
            #expect(try site.read("fleet/sandbox/dev/srv/site/index.html") == "one")
            let unit = try #require(try await site.unit("web@dev"))
            let plan = try #require(unit["block"]?["plan"]?.stringValue.flatMap { Digest(hex: $0.string) })
            let id = try #require(UnitID(parsing: "example/web@dev"))
            let author = try #require(Principal.user("ADA@example.org", groups: ["leads"]))
            // Named otherwise by the provider, which knows their address, too.
            let subject = try #require(Principal.user("1f2e", groups: ["leads"], aliases: ["ada@example.org"]))
            let other = try #require(Principal.user("bob@example.org", groups: ["leads"]))
            let stranger = try #require(Principal.user("bob@example.org", groups: ["others"]))
            try await Parts.live.withEngine(EngineRequest(state: Text(site.state))) { engine in
                let shown = try #require(try await engine.plan(UnitFilter(id), revision: nil).first)
                #expect(shown.plan?.digest == plan)
                #expect(shown.block?.approval == ApprovalView(from: ["leads"], needed: 1, notAuthor: true))
                #expect(try await ApprovalConformance.violations(of: engine, id) == [])
                let request = ApprovalRequest(unit: id, plan: plan, reason: "")
                for refused in [author, subject, stranger] {
                    let error = await #expect(throws: APIError.self) { try await engine.approve(request, by: refused) }
                    #expect(error?.code == .forbidden)
                }
                let stale = ApprovalRequest(unit: id, plan: Digest(of: []), reason: "")
                let error = await #expect(throws: APIError.self) { try await engine.approve(stale, by: other) }
                #expect(error?.code == .conflict)
                _ = try await engine.approve(request, by: other)
            }
            await site.trimtab(["sync", "web@dev"] + once)
            #expect(try site.read("fleet/sandbox/dev/srv/site/index.html") == "two")
        }
    }
}
