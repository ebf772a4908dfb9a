// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import TestSupport
import Testing

@Suite struct FollowingTests {
    @Test func `A branch is followed commit by commit, and its content read from the mirror`() async throws {
        try await Bench.with { bench in
            try bench.origin.write("one", to: "file")
            let first = try bench.origin.commit()
            let source = try await bench.source()
            defer { source.database.close() }
            let begin = await source.look(at: .branch("main"))
            #expect(begin.accepted == first, "\(begin.complaint)")
            #expect(begin.failure == nil && begin.asked == Time(nanoseconds: 0) && begin.next != nil)
            try bench.origin.write("two", to: "file")
            let second = try bench.origin.commit()
            // Nobody asks before it is due.
            #expect(await source.look(at: .branch("main")).accepted == first)
            #expect(await source.mirror.polls == 1)
            let look = await source.freshLook(bench)
            #expect(look.accepted == second && look.failure == nil)
            let tree = GitTree(root: try await source.database.commit(second).tree, in: source.database)
            #expect(try await tree.read(try #require(TreePath("file".utf8)), limit: 10) == Array("two".utf8))
            #expect(await source.mirror.polls == 2)
        }
    }

    @Test(arguments: ["sha1", "sha256"])
    func `Tags, commits and the default branch are followed in either hash`(format: String) async throws {
        try await withScratchFolder { scratch in
            let origin = try GitFixture(at: scratch.appendingPathComponent("origin"), format: format)
            let bench = Bench(scratch: scratch, origin: origin, clock: BenchClock())
            try FileManager.default.createDirectory(at: bench.state, withIntermediateDirectories: true)
            let first = try origin.commit("first")
            try origin.git("tag", "-a", "-m", "release", "v1")
            try origin.git("tag", "light")
            let second = try origin.commit("second")
            let source = try await bench.source()
            defer { source.database.close() }
            #expect(await source.look(at: .tag("v1")).accepted == first)
            #expect(await source.look(at: .tag("light")).accepted == first)
            #expect(await source.look(at: .head).accepted == second)
            #expect(await source.look(at: .commit(first)).accepted == first)
        }
    }

    @Test func `News of a repository on this machine needs no walk through what was there`() async throws {
        try await Bench.with { bench in
            try bench.origin.write("one", to: "folder/file")
            let first = try bench.origin.commit()
            let source = try await bench.source()
            defer { source.database.close() }
            #expect(await source.look(at: .branch("main")).accepted == first)
            #expect(await source.mirror.taken == 1)
            // Several at once, one of which joins a branch that nobody follows.
            try bench.origin.git("checkout", "-q", "-b", "side")
            try bench.origin.write("two", to: "folder/other")
            try bench.origin.commit()
            try bench.origin.git("checkout", "-q", "main")
            try bench.origin.write("three", to: "folder/file")
            try bench.origin.commit()
            try bench.origin.git("merge", "-q", "-m", "join", "side")
            let joined = try bench.origin.git("rev-parse", "HEAD").trimmingCharacters(in: .whitespacesAndNewlines)
            let look = await source.freshLook(bench)
            #expect(look.accepted?.hex == joined, "\(look.complaint)")
            #expect(await source.mirror.taken == 2)
            // A tag may be anything, so it is left to `git fetch`.
            try bench.origin.git("tag", "v1")
            #expect(await source.freshLook(bench, at: .tag("v1")).accepted?.hex == joined)
            #expect(await source.mirror.taken == 2)
            let mirror = try #require(try bench.mirrorFolders.first)
            let check = try bench.origin.git("--git-dir=\(mirror.path)", "fsck", "--full", "--strict")
            #expect(!check.contains("missing") && !check.contains("broken"), "\(check)")
            let packs = try FileManager.default.contentsOfDirectory(atPath: mirror.path + "/objects/pack")
            #expect(packs.count >= 2 && packs.allSatisfy { !$0.hasSuffix(".keep") })
        }
    }

    @Test func `What somebody says to be new is fetched over one connection`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            try bench.origin.git("branch", "other")
            let server = try await GitHTTPServer.start(root: bench.repositories)
            let source = try await bench.source(server.origin + "/origin/.git")
            defer { source.database.close() }
            for branch in ["main", "other"] as [Text] {
                #expect(await source.look(at: .branch(branch)).accepted == first)
            }
            func hinted(_ branch: Text = "main") async -> (look: SourceLook, connections: Int) {
                server.forgetRequests()
                bench.clock.advance(by: .seconds(1))
                let look = await source.look(at: .branch(branch), since: bench.clock.clocks.monotonic())
                return (look, server.requests.count { $0.path.contains("info/refs") })
            }
            let second = try bench.origin.commit("second")
            let news = await hinted()
            #expect(news.look.accepted == second && news.connections == 1, "\(news.look.complaint)")
            let noNews = await hinted()
            #expect(noNews.look.accepted == second && noNews.connections == 1)
            // One of those that are followed together is gone: it fails alone.
            try bench.origin.git("branch", "-D", "other")
            let third = try bench.origin.commit("third")
            #expect(await hinted().look.accepted == third)
            #expect(await hinted("other").look.failure == .missing(.branch("other")))
            await server.stop()
            let away = await hinted()
            guard case .unreachable = away.look.failure else {
                Issue.record("\(away.look.complaint)")
                return
            }
            #expect(away.look.accepted == third)
        }
    }

    @Test func `A commit is fetched by its id when no branch leads to it`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit("first")
            let lost = try bench.origin.commit("lost")
            try bench.origin.git("reset", "-q", "--hard", "HEAD~1")
            let source = try await bench.source()
            defer { source.database.close() }
            #expect(await source.look(at: .commit(lost)).accepted == lost)
            let absent = try #require(CommitID(hex: String(repeating: "1", count: 40)))
            #expect(await source.look(at: .commit(absent)).failure == .missing(.commit(absent)))
            // The one does not suffer from the other.
            #expect(await source.freshLook(bench, at: .commit(lost)).failure == nil)
        }
    }

    @Test func `All that is followed in a repository costs one question`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit()
            for name in ["a", "b", "c"] { try bench.origin.git("branch", name) }
            let server = try await GitHTTPServer.start(root: bench.repositories)
            let mirrors = try bench.mirrors()
            let one = try await bench.source(server.origin + "/origin/.git", mirrors: mirrors)
            let other = try await bench.source(
                server.origin + "/origin/.git", rules: SourceRules(name: "other"), mirrors: mirrors)
            defer { one.database.close() }
            for name: Text in ["a", "b", "c"] {
                _ = await one.look(at: .branch(name))
                _ = await other.look(at: .branch(name))
            }
            server.forgetRequests()
            bench.clock.advance(by: .seconds(3600))
            for name: Text in ["a", "b", "c"] {
                #expect(await one.look(at: .branch(name)).accepted == first)
                #expect(await other.look(at: .branch(name)).accepted == first)
            }
            // Protocol version 2: capabilities, then the references.
            #expect(server.requests.map(\.method) == ["GET", "POST"])
            #expect(server.requests.allSatisfy { $0.protocolVersion == "version=2" })
            #expect(try bench.mirrorFolders.count == 1)
            await server.stop()
        }
    }

    @Test func `A person's question is asked at once, and once`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit("first")
            let source = try await bench.source()
            defer { source.database.close() }
            _ = await source.look(at: .head)
            let second = try bench.origin.commit("second")
            bench.clock.advance(by: .seconds(1))
            let now = bench.clock.clocks.monotonic()
            #expect(await source.look(at: .head, since: now).accepted == second)
            #expect(await source.look(at: .head, since: now).accepted == second)
            #expect(await source.mirror.polls == 2)
        }
    }

    @Test func `What was accepted outlives the agent, the mirror and the server`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit()
            let before = try await bench.source()
            #expect(await before.look(at: .branch("main")).accepted == first)
            before.database.close()
            try FileManager.default.moveItem(at: bench.origin.folder, to: bench.scratch.appendingPathComponent("gone"))
            let after = try await bench.source()
            let look = await after.look(at: .branch("main"))
            #expect(look.accepted == first)
            #expect(look.failure != nil)
            #expect(try await after.database.commit(first).parents.isEmpty)
            after.database.close()
            for folder in try bench.mirrorFolders { try FileManager.default.removeItem(at: folder) }
            let bare = try await bench.source()
            defer { bare.database.close() }
            #expect(await bare.look(at: .branch("main")).accepted == first)
        }
    }

    @Test func `What was accepted is kept by a reference that git understands`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit()
            let source = try await bench.source()
            defer { source.database.close() }
            #expect(await source.look(at: .branch("main")).accepted == first)
            let second = try bench.origin.commit()
            #expect(await source.freshLook(bench).accepted == second)
            let mirror = try #require(try bench.mirrorFolders.first)
            func git(_ arguments: String...) throws -> String {
                try TestProcess.run(
                    "/usr/bin/git", ["--git-dir", mirror.path] + arguments, environment: GitFixture.environment
                ).text
            }
            #expect(try git("for-each-ref", "--format=%(objectname)", "refs/trimtab/accepted") == second.hex + "\n")
            #expect(try !git("fsck", "--strict").contains("error"))
        }
    }
}
