// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// `trimtab status --at` on the journal of real syncs.
@Suite struct StatusAtTests {
    @Test func `what ran before a deployment is told after it, from the state folder alone`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            let between = Clocks.system.wall()
            try await site.deploy("two")
            let now = try #require(try await site.unit("web@dev"))
            let run = await site.trimtab("status", "web@dev", "--at", between.description, "--output", "json")
            #expect(run.status == .success)
            let unit = try #require(try run.value["units"]?.arrayValue?.first)
            #expect(unit["unit"] == now["unit"])
            #expect(unit["running"]?["actor"] == "user:alice")
            #expect(unit["running"]?["renderDigest"] != now["renderDigest"])
            let latest = await site.trimtab("status", "web@dev", "--at", "now", "--output", "json")
            #expect(
                try latest.value["units"]?.arrayValue?.first?["running"]?["renderDigest"] == now["renderDigest"])
            try FileManager.default.removeItem(atPath: site.folder.path + "/fleet")
            let people = await site.trimtab("status", "@dev", "--at", between.description)
            #expect(people.status == .success)
            #expect(people.output.contains("web@dev"))
            #expect(people.output.contains("user:alice"))
        }
    }

    @Test func `a time that is to come, or that means nothing, is an error`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            #expect(await site.trimtab("status", "--at", "2126-01-01").status == .usage)
            #expect(await site.trimtab("status", "--at", "teatime").status == .usage)
            #expect(await site.trimtab("status", "--at", "now", "--watch").status == .usage)
            let empty = await site.trimtab("status", "--at", "1999-12-31")
            #expect(empty.output.contains("the journal begins at "))
        }
    }
}
