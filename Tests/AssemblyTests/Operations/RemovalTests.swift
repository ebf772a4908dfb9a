// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import TestSupport
import Testing

@Suite struct RemovalTests {
    private let application = "fleet/projects/site/web.yaml", page = "fleet/sandbox/dev/srv/site/index.html"

    @Test func `an application that asks for it takes its objects along`() async throws {
        try await TrialSite.with { site in
            try site.write(try site.read(application) + "  onRemoval: delete\n", to: application)
            try await site.deploy("one")
            #expect(try site.read(page) == "one")
            try FileManager.default.removeItem(at: site.folder.appending(path: application))
            let waiting = try await site.trimtab("sync", "--once", "--output", "json").value["items"]?.arrayValue ?? []
            #expect(waiting.count == 2)
            #expect(try site.read(page) == "one", "a person confirms it first")
            for item in waiting {
                let unit = try #require(item["unit"]?.stringValue), plan = try #require(item["plan"]?.stringValue)
                let run = await site.trimtab("confirm", unit.string, "--plan", plan.string)
                #expect(run.status == .success, "\(run.errors)")
            }
            let run = await site.trimtab("sync", "--once")
            #expect(!FileManager.default.fileExists(atPath: site.folder.appending(path: page).path), "\(run.errors)")
        }
    }

    @Test func `an application that says nothing leaves them`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            try FileManager.default.removeItem(at: site.folder.appending(path: application))
            await site.trimtab("sync", "--once")
            #expect(try site.read(page) == "one")
        }
    }

    @Test func `a daemon follows a folder without commits`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            try await site.withDaemon {
                let manifest = "fleet/apps/web/site.yaml"
                try site.write(try site.read(manifest).replacing("one", with: "two"), to: manifest)
                while try site.read(page) != "two" { try await Task.sleep(for: .milliseconds(20)) }
            }
        }
    }
}
