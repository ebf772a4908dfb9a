// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Manifest
import Model
import Testing

/// What a source brought is on record, once for each change.
@Suite struct CommitEventTests {
    /// A kind's events, the oldest first.
    private func events(_ site: TrialSite, _ kinds: String...) async throws -> [Value] {
        let options = kinds.flatMap { ["--kind", $0] }
        let run = await site.trimtab(["log", "--output", "json", "--limit", "1000"] + options)
        return try run.output.split(separator: "\n").map { try JSON.read(Array($0.utf8)) }
    }

    private func head(_ site: TrialSite) throws -> String {
        try String(contentsOfFile: site.folder.path + "/fleet/.git/refs/heads/main", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func site(_ body: (TrialSite) async throws -> Void) async throws {
        try await TrialSite.with { site in
            try site.writeContent("one")
            try site.commit("Begin")
            try await site.deploy("one")
            try await body(site)
        }
    }

    @Test func `a commit is seen once, however often it is looked for`() async throws {
        try await site { site in
            let first = try head(site)
            for _ in 0..<3 { await site.trimtab("refresh") }
            #expect(try await events(site, "commitSeen").map { $0["payload"]?["commit"]?.stringValue } == [Text(first)])
            try site.writeContent("two")
            try site.commit("Change")
            try await site.deploy("two")
            let seen = try await events(site, "commitSeen")
            #expect(seen.map { $0["payload"]?["commit"]?.stringValue } == [Text(first), Text(try head(site))])
            #expect(seen.last?["payload"]?["previous"]?.stringValue == Text(first))
            #expect(seen.last?["payload"]?["signature"]?.stringValue == "not asked for")
            #expect(seen.last?["source"]?.stringValue == "fleet")
            let log = await site.trimtab("log")
            #expect(log.output.contains("commitSeen fleet: \(first.prefix(10)) of default branch"), "\(log.output)")
        }
    }

    @Test func `rewritten history is refused, and counts once a person accepts it`() async throws {
        try await site { site in
            let old = try head(site)
            try site.git("checkout", "--quiet", "--orphan", "other")
            try site.writeContent("two")
            try site.commit("Begin again")
            try site.git("branch", "--force", "main", "other")
            try site.git("checkout", "--quiet", "main")
            let new = try head(site)
            for _ in 0..<2 { await site.trimtab("sync", "--once") }
            #expect(try site.read("fleet/sandbox/dev/srv/site/index.html") == "one")
            let refused = try await events(site, "commitRefused")
            #expect(refused.count == 1)
            #expect(refused.first?["payload"]?["commit"]?.stringValue == Text(new))
            #expect(refused.first?["payload"]?["accepted"]?.stringValue == Text(old))

            let wrong = await site.trimtab("accept", "fleet", "--commit", "00000000", "--reason", "no")
            #expect(wrong.status != .success)
            #expect(wrong.errors.contains(new.prefix(10)), "\(wrong.errors)")
            let unknown = await site.trimtab("accept", "nothing")
            #expect(unknown.errors.contains("no source nothing is read here"), "\(unknown.errors)")
            #expect(try await events(site, "commitAccepted") == [])

            let done = await site.trimtab(
                "accept", "fleet", "--commit", String(new.prefix(12)), "--reason", "cut anew")
            #expect(done.status == .success, "\(done.errors)")
            await site.trimtab("sync", "--once")
            #expect(try site.read("fleet/sandbox/dev/srv/site/index.html") == "two")
            let accepted = try await events(site, "commitAccepted")
            #expect(accepted.count == 1)
            #expect(accepted.first?["actor"]?.stringValue == "user:alice")
            #expect(accepted.first?["payload"]?["reason"]?.stringValue == "cut anew")
            #expect(accepted.first?["payload"]?["previous"]?.stringValue == Text(old))
            #expect(try await events(site, "commitSeen").last?["payload"]?["commit"]?.stringValue == Text(new))

            let again = await site.trimtab("accept", "fleet")
            #expect(again.errors.contains("refuses no rewritten history"), "\(again.errors)")
            #expect(await site.trimtab("audit", "verify").status == .success)
        }
    }

    @Test func `many looks at once put a commit on record once`() async throws {
        try await site { site in
            try await site.withDaemon {
                try site.writeContent("two")
                try site.commit("Change")
                try await site.withOperations { engine in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<16 {
                            group.addTask { _ = try await engine.refresh([], reason: "", actor: Actor("user:alice")) }
                        }
                        try await group.waitForAll()
                    }
                }
            }
            #expect(try await events(site, "commitSeen").count == 2)
        }
    }

    @Test func `a source that nobody declared cannot be refreshed`() async throws {
        try await site { site in
            let run = await site.trimtab("refresh", "nothing")
            #expect(run.status == .notFound && run.errors.contains("no source nothing is read here"), "\(run.errors)")
            #expect(await site.trimtab("refresh", "fleet").status == .success)
        }
    }

    @Test func `a fleet that cannot be had is on record once`() async throws {
        try await site { site in
            try FileManager.default.moveItem(
                atPath: site.folder.path + "/fleet/.git/refs/heads/main", toPath: site.folder.path + "/main")
            for _ in 0..<3 { await site.trimtab("status") }
            #expect(try await events(site, "sourceFailed").count == 1)
        }
    }
}
