// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// What the fleet's files say is on record, once for each change, and so is the end of what was wrong with a source.
@Suite struct FleetEventTests {
    private func events(_ site: TrialSite, _ kinds: String...) async throws -> [Value] {
        let options = kinds.flatMap { ["--kind", $0] }
        let run = await site.trimtab(["log", "--output", "json", "--limit", "1000"] + options)
        return try run.output.split(separator: "\n").map { try JSON.read(Array($0.utf8)) }
    }

    private func kinds(_ site: TrialSite, _ kinds: String...) async throws -> [Text] {
        let options = kinds.flatMap { ["--kind", $0] }
        let run = await site.trimtab(["log", "--output", "json", "--limit", "1000"] + options)
        return try run.output.split(separator: "\n").compactMap { try JSON.read(Array($0.utf8))["kind"]?.stringValue }
    }

    private func site(_ body: (TrialSite) async throws -> Void) async throws {
        try await TrialSite.with { site in
            try site.writeContent("one")
            try site.commit("Begin")
            try await site.deploy("one")
            try await body(site)
        }
    }

    @Test func `the whole way from a commit to a sync stands in the log in its order`() async throws {
        try await site { site in
            let log = await site.trimtab("log", "--output", "json", "--limit", "1000")
            let all = try log.output.split(separator: "\n").map { try JSON.read(Array($0.utf8)) }
            let dev = all.filter { ($0["unit"]?.stringValue ?? "example/web@dev") == "example/web@dev" }
            #expect(
                dev.compactMap { $0["kind"]?.stringValue } == [
                    "commitSeen", "fleetRead", "rendered", "planned", "syncStarted", "intent", "outcome", "syncEnded",
                    "healthChanged",
                ], "\(log.output)")
            let lines = await site.trimtab("log")
            #expect(lines.output.contains("fleetRead fleet: example at "), "\(lines.output)")
            #expect(lines.output.contains(", 1 object"), "\(lines.output)")
        }
    }

    @Test func `a fleet that says the same is read in silence, by every process`() async throws {
        try await site { site in
            let before = try await events(site).count
            for _ in 0..<2 { await site.trimtab("status") }
            try site.write("no part of the fleet", to: "fleet/README")
            try site.commit("Explain")
            for _ in 0..<2 { await site.trimtab("sync", "--once") }
            let after = try await events(site)
            #expect(after.count == before + 1, "\(after.suffix(3))")
            #expect(after.last?["kind"]?.stringValue == "commitSeen")
        }
    }

    @Test func `what is wrong in the fleet is on record with its place, once, and then that it is right`() async throws
    {
        try await site { site in
            let fleet = try site.read("fleet/fleet.yaml")
            try site.write(fleet + "\nnonsense: true\n", to: "fleet/fleet.yaml")
            try site.commit("Break")
            for _ in 0..<3 { await site.trimtab("sync", "--once") }
            let rejected = try await events(site, "fleetRejected")
            #expect(rejected.count == 1)
            let problem = try #require(rejected.first?["payload"]?["problems"]?.arrayValue?.first?.stringValue)
            #expect(problem.string.contains("fleet.yaml:"), "\(problem)")
            let log = await site.trimtab("log", "--kind", "fleetRejected")
            #expect(log.output.contains("fleet.yaml:"), "\(log.output)")
            try site.write(fleet, to: "fleet/fleet.yaml")
            try site.commit("Mend")
            for _ in 0..<2 { await site.trimtab("sync", "--once") }
            #expect(try await kinds(site, "fleetRead", "fleetRejected") == ["fleetRead", "fleetRejected", "fleetRead"])
            #expect(try site.read("fleet/sandbox/dev/srv/site/index.html") == "one")
        }
    }

    @Test func `a fleet that is suddenly empty is rejected as a whole`() async throws {
        try await site { site in
            try await site.withDaemon {
                for folder in ["platform", "projects"] {
                    try FileManager.default.removeItem(atPath: "\(site.folder.path)/fleet/\(folder)")
                    try site.write("empty", to: "fleet/\(folder)/README.md")
                }
                try site.commit("Empty")
                await site.trimtab("refresh")
            }
            let rejected = try await events(site, "fleetRejected")
            #expect(rejected.count == 1)
            #expect(rejected.first?["payload"]?["whole"]?.boolValue == true)
            #expect(try site.read("fleet/sandbox/dev/srv/site/index.html") == "one")
        }
    }

    @Test func `a source that is there again says so, once`() async throws {
        try await site { site in
            let main = site.folder.path + "/fleet/.git/refs/heads/main"
            try FileManager.default.moveItem(atPath: main, toPath: site.folder.path + "/main")
            for _ in 0..<2 { await site.trimtab("status") }
            try FileManager.default.moveItem(atPath: site.folder.path + "/main", toPath: main)
            for _ in 0..<3 { await site.trimtab("status") }
            #expect(try await kinds(site, "sourceFailed", "sourceRecovered") == ["sourceFailed", "sourceRecovered"])
            let log = await site.trimtab("log", "--kind", "sourceRecovered")
            #expect(log.output.contains("sourceRecovered fleet: default branch stands at "), "\(log.output)")
        }
    }

    @Test func `rewritten history that is taken back is over`() async throws {
        try await site { site in
            let main = site.folder.path + "/fleet/.git/refs/heads/main"
            let old = try String(contentsOfFile: main, encoding: .utf8)
            try site.git("checkout", "--quiet", "--orphan", "other")
            try site.commit("Begin again")
            try site.git("branch", "--force", "main", "other")
            try site.git("checkout", "--quiet", "main")
            await site.trimtab("status")
            try old.write(toFile: main, atomically: true, encoding: .utf8)
            for _ in 0..<2 { await site.trimtab("status") }
            #expect(try await kinds(site, "commitRefused", "sourceRecovered") == ["commitRefused", "sourceRecovered"])
        }
    }

    @Test func `a daemon that ends while it waits for a server puts no failure on record`() async throws {
        try await TrialSite.with { site in
            try site.writeContent("one")
            try site.commit("Begin")
            let server = try await GitHTTPServer.start(root: site.folder)
            let url = server.origin + "/fleet/.git"
            try site.write("fleet: \(url)\ninterval: 1s\nallow: [plainHTTP]\n", to: "trust.yaml")
            let trust = site.folder.path + "/trust.yaml"
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: trust)
            let first = await site.trimtab("sync", "--once", "--trust", trust)
            #expect(first.status == .success, "\(first.errors)")
            try await site.withDaemon(fleet: url) {
                server.fail { _ in .silence }
                let before = server.requests.count
                while server.requests.count == before { try await Task.sleep(for: .milliseconds(5)) }
            }
            await server.stop()
            let log = await site.trimtab("log", "--kind", "sourceFailed", "--kind", "renderFailed")
            #expect(log.output.isEmpty && log.status == .success, "\(log.output)\(log.errors)")
        }
    }
}
