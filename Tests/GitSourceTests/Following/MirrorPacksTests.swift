// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import TestSupport
import Testing

/// Each fetch leaves a pack. Joining them takes longer than a fetch, so a commit does not wait for it.
@Suite(.timeLimit(.minutes(1))) struct MirrorPacksTests {
    private func packs(_ bench: Bench) throws -> Int {
        let mirror = try #require(try bench.mirrorFolders.first)
        return try FileManager.default.contentsOfDirectory(atPath: mirror.path + "/objects/pack")
            .count { $0.hasSuffix(".pack") }
    }

    private func commit(_ numbers: ClosedRange<Int>, _ bench: Bench, _ source: TrackedSource) async throws {
        for number in numbers {
            try bench.origin.write("\(number)", to: "file")
            let commit = try bench.origin.commit("commit \(number)")
            #expect(await source.freshLook(bench).accepted == commit)
        }
    }

    @Test func `packs are joined at a look that finds nothing new`() async throws {
        try await Bench.with { bench in
            bench.limits.packs = 3
            let source = try await bench.source()
            defer { source.database.close() }
            try await commit(1...5, bench, source)
            #expect(try packs(bench) == 5)
            _ = await source.freshLook(bench)
            #expect(try packs(bench) < 3)
            #expect(await source.freshLook(bench).failure == nil)
        }
    }

    @Test func `where every look finds something packs are joined all the same`() async throws {
        try await Bench.with { bench in
            bench.limits.packs = 1
            let source = try await bench.source()
            defer { source.database.close() }
            try await commit(1...3, bench, source)
            #expect(try packs(bench) == 3)
            try await commit(4...4, bench, source)
            #expect(try packs(bench) < 3)
        }
    }
}
