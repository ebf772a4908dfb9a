// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import TestSupport
import Testing

@Suite struct MirrorSweepTests {
    @Test func `a mirror that nothing uses goes after a while, one that is used again stays`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit("first")
            let other = try GitFixture(at: bench.repositories.appendingPathComponent("other"))
            try other.commit("first")
            let mirrors = try bench.mirrors()
            let kept = try await bench.source(mirrors: mirrors)
            let left = try await bench.source(other.folder.path, mirrors: mirrors)
            for source in [kept, left] { #expect(await source.look(at: .branch("main")).failure == nil) }
            #expect(try bench.mirrorFolders.count == 2)

            #expect(await mirrors.sweep(keeping: [kept.mirror]) == 0)
            bench.clock.advance(by: .seconds(20 * 3600))
            // It is used once more: the time begins anew.
            #expect(await mirrors.sweep(keeping: [kept.mirror, left.mirror]) == 0)
            bench.clock.advance(by: .seconds(20 * 3600))
            #expect(await mirrors.sweep(keeping: [kept.mirror]) == 0)
            bench.clock.advance(by: .seconds(23 * 3600))
            #expect(await mirrors.sweep(keeping: [kept.mirror]) == 0)
            bench.clock.advance(by: .seconds(2 * 3600))
            #expect(await mirrors.sweep(keeping: [kept.mirror]) == 1)
            #expect(try bench.mirrorFolders.count == 1)
            #expect(await kept.freshLook(bench).failure == nil)

            // It can come back, as what it was.
            let again = try await bench.source(other.folder.path, mirrors: mirrors)
            #expect(await again.look(at: .branch("main")).failure == nil)
            await mirrors.close()
        }
    }

    @Test func `what an earlier process left unused goes, too, and nothing is written for what is in use`() async throws
    {
        try await Bench.with { bench in
            try bench.origin.commit("first")
            let before = try bench.mirrors()
            _ = await (try await bench.source(mirrors: before)).look(at: .branch("main"))
            await before.close()
            let mirrors = try bench.mirrors()
            #expect(await mirrors.sweep(keeping: []) == 0)
            let folder = try #require(try bench.mirrorFolders.first)
            #expect(FileManager.default.fileExists(atPath: folder.path + "/trimtab.idle"))
            let used = try await bench.source(mirrors: mirrors)
            await mirrors.sweep(keeping: [used.mirror])
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/trimtab.idle"))
            await mirrors.sweep(keeping: [])
            bench.clock.advance(by: .seconds(25 * 3600))
            #expect(await mirrors.sweep(keeping: []) == 1)
            #expect(try bench.mirrorFolders == [])
        }
    }

    private func references(_ bench: Bench) throws -> Int {
        let folder = try #require(try bench.mirrorFolders.first)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path + "/refs/trimtab/seen").count
    }

    @Test func `what was only looked at leaves no reference for ever, and can be looked at again`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            for number in 1...3 { try bench.origin.git("branch", "side-\(number)") }
            let mirrors = try bench.mirrors()
            let source = try await bench.source(mirrors: mirrors)
            #expect(await source.look(at: .branch("main")).failure == nil)
            for number in 1...3 { #expect(try await source.preview(.branch("side-\(number)")) == first) }
            #expect(try references(bench) == 4)
            await mirrors.sweep(keeping: [source.mirror])
            #expect(try references(bench) == 4, "just now somebody may still read it")
            bench.clock.advance(by: .seconds(3600))
            #expect(try await source.preview(.branch("side-2")) == first)
            await mirrors.sweep(keeping: [source.mirror])
            // What is followed, and what was looked at since.
            #expect(try references(bench) == 2)
            #expect(await source.look(at: .branch("main")).failure == nil)
            #expect(try await source.preview(.branch("side-1")) == first)
            await mirrors.close()
        }
    }
}
