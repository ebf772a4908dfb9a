// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import TestSupport
import Testing

/// Real damage to the mirror on this machine: it is made anew by itself, and until that works the old one stays in use.
@Suite(.timeLimit(.minutes(2))) struct MirrorRepairTests {
    private struct Site {
        var bench: Bench
        var source: TrackedSource
        var commit: CommitID
        var mirror: URL

        func git(_ arguments: String...) throws -> String {
            let result = try TestProcess.run(
                "/usr/bin/git", ["--git-dir", mirror.path] + arguments, environment: GitFixture.environment)
            return result.text
        }

        /// As the agent would read it after a start: nothing is cached.
        func read(_ path: String, with source: TrackedSource) async throws -> String {
            let tree = GitTree(root: try await source.database.commit(commit).tree, in: source.database)
            return String(
                decoding: try await tree.read(try #require(TreePath(path.utf8)), limit: 1 << 20), as: UTF8.self)
        }

        func look() async -> SourceLook {
            bench.clock.advance(by: .seconds(3600))
            return await source.look(at: .branch("main"))
        }

        var packs: [URL] {
            get throws {
                try FileManager.default.contentsOfDirectory(
                    at: mirror.appendingPathComponent("objects/pack"), includingPropertiesForKeys: nil)
            }
        }
    }

    private func withSite(_ body: (inout Site) async throws -> Void) async throws {
        try await Bench.with { bench in
            try bench.origin.write("one", to: "folder/one")
            try bench.origin.commit("first")
            try bench.origin.write("two", to: "two")
            let commit = try bench.origin.commit("second")
            // Opened before the damage, read only after it.
            let first = try await bench.source()
            #expect(await first.look(at: .branch("main")).accepted == commit)
            first.database.close()
            let source = try await bench.source()
            defer { source.database.close() }
            var site = Site(
                bench: bench, source: source, commit: commit, mirror: try #require(try bench.mirrorFolders.first))
            try await body(&site)
        }
    }

    private func overwrite(_ file: URL, at offset: UInt64, with bytes: [UInt8]) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        let handle = try FileHandle(forWritingTo: file)
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    @Test func `a mirror that lost its packs is fetched anew`() async throws {
        try await withSite { site in
            for file in try site.packs { try FileManager.default.removeItem(at: file) }
            await #expect(throws: (any Error).self) { try await site.read("two", with: site.source) }
            #expect(await site.look().failure == nil)
            #expect(try await site.read("two", with: site.source) == "two")
            #expect(await site.source.mirror.rebuilds == 1)
            // The new one is whole and holds what was accepted; nothing of the old one is left.
            #expect(try site.git("fsck", "--full").contains("error") == false)
            #expect(try site.git("for-each-ref", "refs/trimtab/accepted").contains(site.commit.hex))
            let names = try FileManager.default.contentsOfDirectory(atPath: site.bench.state.path + "/mirrors")
            #expect(names.filter { $0.contains(".git.") } == [])
            // And is not made anew again.
            #expect(await site.look().failure == nil)
            #expect(await site.source.mirror.rebuilds == 1)
        }
    }

    @Test func `a flipped bit in a pack is noticed when it is read, and mended`() async throws {
        try await withSite { site in
            let pack = try #require(try site.packs.first { $0.pathExtension == "pack" })
            let size = try #require(try FileManager.default.attributesOfItem(atPath: pack.path)[.size] as? Int)
            // All but the header and the trailing checksum.
            try overwrite(pack, at: 12, with: Array(repeating: 0xA5, count: size - 32))
            await #expect(throws: (any Error).self) { try await site.read("folder/one", with: site.source) }
            _ = await site.look()
            #expect(try await site.read("folder/one", with: site.source) == "one")
        }
    }

    @Test func `a new commit comes in although the mirror lost what it stands on`() async throws {
        try await withSite { site in
            for file in try site.packs { try FileManager.default.removeItem(at: file) }
            try site.bench.origin.write("three", to: "three")
            let third = try site.bench.origin.commit("third")
            let look = await site.look()
            #expect(look.failure == nil, "\(look.complaint)")
            #expect(look.accepted == third)
            site.commit = third
            #expect(try await site.read("folder/one", with: site.source) == "one")
        }
    }

    @Test(arguments: ["config", "HEAD", "refs/trimtab/seen"])
    func `a mirror whose own files are damaged is mended`(file: String) async throws {
        try await withSite { site in
            let path = site.mirror.appendingPathComponent(file)
            if file == "refs/trimtab/seen" {
                let seen = try #require(try FileManager.default.contentsOfDirectory(atPath: path.path).first)
                try Data("nonsense\n".utf8).write(to: path.appendingPathComponent(seen))
            } else {
                try FileManager.default.removeItem(at: path)
            }
            try site.bench.origin.write("three", to: "three")
            let third = try site.bench.origin.commit("third")
            _ = await site.look()
            let look = await site.look()
            #expect(look.failure == nil && look.accepted == third, "\(look.complaint)")
        }
    }

    @Test func `while the server is away, a damaged mirror stays as it is`() async throws {
        try await withSite { site in
            let lost = try site.git("rev-parse", "\(site.commit.hex):two")
            let away = site.bench.repositories.appendingPathComponent("away")
            try explode(site)
            let id = lost.trimmingCharacters(in: .whitespacesAndNewlines)
            try FileManager.default.removeItem(
                at: site.mirror.appendingPathComponent("objects/\(id.prefix(2))/\(id.dropFirst(2))"))
            try FileManager.default.moveItem(at: site.bench.origin.folder, to: away)
            await #expect(throws: (any Error).self) { try await site.read("two", with: site.source) }
            #expect(await site.look().accepted == site.commit)
            #expect(await site.source.mirror.rebuilds == 0)
            #expect(try await site.read("folder/one", with: site.source) == "one")
            try FileManager.default.moveItem(at: away, to: site.bench.origin.folder)
            #expect(await site.look().failure == nil)
            #expect(try await site.read("two", with: site.source) == "two")
        }
    }

    @Test func `what was accepted and the server forgot is taken over from the old mirror`() async throws {
        try await withSite { site in
            try site.bench.origin.git("checkout", "-q", "--orphan", "other")
            let other = try site.bench.origin.commit("other")
            try site.bench.origin.git("branch", "-f", "main", other.hex)
            try site.bench.origin.git("reflog", "expire", "--expire=now", "--all")
            try site.bench.origin.git("gc", "-q", "--prune=now")
            #expect(await site.look().failure == .rewritten(from: site.commit, to: other))
            try explode(site)
            // Of what nobody needs any more.
            let id = other.hex
            try FileManager.default.removeItem(
                at: site.mirror.appendingPathComponent("objects/\(id.prefix(2))/\(id.dropFirst(2))"))
            let source = try await site.bench.source()
            defer { source.database.close() }
            site.bench.clock.advance(by: .seconds(3600))
            let look = await source.look(at: .branch("main"))
            site.bench.clock.advance(by: .seconds(3600))
            _ = await source.look(at: .branch("main"))
            #expect(look.accepted == site.commit)
            #expect(await source.mirror.rebuilds == 1)
            #expect(try await site.read("folder/one", with: source) == "one")
        }
    }

    /// Every object in a file of its own, so that one can go.
    private func explode(_ site: Site) throws {
        for pack in try site.packs where pack.pathExtension == "pack" {
            let aside = site.bench.scratch.appendingPathComponent("aside.pack")
            try FileManager.default.moveItem(at: pack, to: aside)
            let result = try TestProcess.run(
                "/usr/bin/git", ["--git-dir", site.mirror.path, "unpack-objects", "-q"],
                environment: GitFixture.environment, input: Array(try Data(contentsOf: aside)))
            #expect(result.status == 0)
            try FileManager.default.removeItem(at: aside)
        }
        for file in try site.packs { try FileManager.default.removeItem(at: file) }
    }
}
