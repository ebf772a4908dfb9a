// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// The state folder on a disk that is full, or that nobody can write.
@Suite(.enabled(if: SmallDisk.isPossible, "only root can mount a small file system"), .timeLimit(.minutes(15)))
struct DiskTests {
    private func page(_ site: TrialSite, _ target: String = "dev") -> URL {
        site.folder.appending(path: "fleet/sandbox/\(target)/srv/site/index.html")
    }

    private func events(_ site: TrialSite) async throws -> [Value] {
        let log = await site.trimtab("log", "--output", "json", "--limit", "10000")
        return try log.output.split(separator: "\n").map { try JSON.read(Array($0.utf8)) }
    }

    @Test func `on a full disk nothing is done, and everything goes on when there is space`() async throws {
        try await TrialSite.with { site in
            let disk = try SmallDisk(path: site.state, megabytes: 4)
            try await site.deploy("one")
            let before = try await events(site)
            try disk.fill()
            try site.writeContent("two")
            let full = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
            #expect(full.status != .success)
            #expect((full.output + full.errors).contains("no space is left"), "\(full.output)\(full.errors)")
            #expect(try String(contentsOf: page(site), encoding: .utf8) == "one", "no act without its intent")

            try disk.empty()
            let free = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
            #expect(free.status == .success, "\(free.errors)")
            #expect(try String(contentsOf: page(site), encoding: .utf8) == "two")
            #expect(await site.trimtab("audit", "verify").status == .success)
            let after = try await events(site)
            #expect(Array(after.prefix(before.count)) == before, "no event is lost")
        }
    }

    @Test func `a daemon on a full disk says so, heals nothing unrecorded, and recovers by itself`() async throws {
        try await TrialSite.with { site in
            let disk = try SmallDisk(path: site.state, megabytes: 4)
            try await site.deploy("one")
            try await site.withDaemon {
                let before = try await site.withOperations { try await $0.checkpoint().size }
                try disk.fill()
                try Data("by hand".utf8).write(to: page(site))
                var status = try await site.unit("web@dev")
                while status?["sync"] != "Failed" {
                    try await Task.sleep(for: .milliseconds(20))
                    status = try await site.unit("web@dev")
                }
                let reason = status?["problems"]?.arrayValue?.first?["reason"]?.stringValue?.string ?? ""
                #expect(reason.contains("no space is left"))
                #expect(try String(contentsOf: page(site), encoding: .utf8) == "by hand")
                let text = try await site.get("/metrics")
                #expect(!text.contains("trimtab_journal_append_failures_total 0\n"))

                try disk.empty()
                let ended = try await site.next(.syncEnded, after: before)
                #expect(ended.payload(as: SyncEnded.self)?.result == .succeeded)
                #expect(try String(contentsOf: page(site), encoding: .utf8) == "one")
            }
            #expect(await site.trimtab("audit", "verify").status == .success)
        }
    }

    @Test func `what can be read of a read-only state folder is read, the rest says why not`() async throws {
        try await TrialSite.with { site in
            let disk = try SmallDisk(path: site.state, megabytes: 4)
            try await site.deploy("one")
            let before = try await events(site)
            try disk.allowWriting(false)
            #expect(try await events(site) == before)
            #expect(await site.trimtab("audit", "verify").status == .success)
            let export = await site.trimtab("audit", "export")
            #expect(export.output.split(separator: "\n").count == before.count + 2)
            for command in [["status"], ["sync", "--once"], ["audit", "checkpoint"]] {
                let run = await site.trimtab(command)
                #expect(run.status == .unavailable, "\(command)")
                #expect(run.errors.contains("Read-only file system"), "\(run.errors)")
            }
            try disk.allowWriting(true)
            #expect(await site.trimtab("status").status == .success)
        }
    }
}
