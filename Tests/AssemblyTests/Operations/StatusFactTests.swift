// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Journal
import Manifest
import Model
import TestSupport
import Testing

/// What `status` and `sync` say is what the journal says.
@Suite struct StatusFactTests {
    @Test func `a sync says what it created, updated and deleted`() async throws {
        try await TrialSite.with { site in
            func sync() async throws -> [String] {
                let run = await site.trimtab(
                    "sync", "--once", "--fleet", site.folder.path + "/fleet", "--output", "json")
                let units = try run.value.arrayValue ?? run.value["items"]?.arrayValue ?? []
                let dev = units.first { $0["unit"] == "example/web@dev" }
                return (dev?["outcomes"]?.arrayValue ?? []).map { outcome in
                    let words = [outcome["action"], outcome["object"]?["name"] ?? outcome["object"]]
                    return words.compactMap { $0?.stringValue?.string }.joined(separator: " ")
                }
            }
            func file(_ name: String, _ content: String) -> String {
                """
                ---
                apiVersion: host.trimtab.dev/v1alpha1
                kind: File
                metadata: {name: \(name)}
                spec: {path: /srv/site/\(name), content: "\(content)"}

                """
            }
            try site.write(file("a", "1") + file("b", "1"), to: "fleet/apps/web/site.yaml")
            let first = try await sync()
            #expect(first.map { $0.prefix(6) } == ["create", "create"])
            try site.write(file("b", "2") + file("c", "1"), to: "fleet/apps/web/site.yaml")
            let second = try await sync()
            #expect(second.map { $0.prefix(6) } == ["delete", "update", "create"])
            #expect(try await sync() == [])
        }
    }

    @Test func `a pause names who paused`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            await site.trimtab("pause", "web@dev", "--for", "1h", "--reason", "lunch")
            let unit = try await site.unit("web@dev")
            #expect(unit?["pause"]?["actor"] == "user:alice")
            #expect(unit?["pause"]?["reason"] == "lunch")
        }
    }

    @Test func `drift is as old as its first event`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            let unit = try #require(UnitID(parsing: "example/web@dev"))
            let begin = Time(nanoseconds: 1_700_000_000_000_000_000)
            for (plan, hour) in [(1, 0), (2, 5)] as [(UInt8, Int)] {
                let journal = try await Journal.open(folder: site.state) { begin.advanced(by: .seconds(hour * 3600)) }
                let drifted = Drifted(plan: Digest(of: [plan]), objects: [object("index"): ["spec.mode"]], cause: "")
                try await journal.append(drifted.draft(of: unit))
                try await journal.close()
            }
            let since = try await site.unit("web@dev")?["drift"]?["since"]
            #expect(since?.stringValue?.string == begin.description)
        }
    }
}
