// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import TestSupport
import Testing

@Suite struct ForwardOnlyTests {
    /// A repository whose branch was moved to a commit that does not descend from the first one.
    private func rewrite(
        rules: SourceRules = SourceRules(name: "shop"),
        _ body: (Bench, TrackedSource, _ old: CommitID, _ new: CommitID) async throws -> Void
    ) async throws {
        try await Bench.with { bench in
            try bench.origin.commit("base")
            let old = try bench.origin.commit("old")
            let source = try await bench.source(rules: rules)
            defer { source.database.close() }
            #expect(await source.look(at: .branch("main")).accepted == old)
            try bench.origin.git("reset", "-q", "--hard", "HEAD~1")
            let new = try bench.origin.commit("new")
            try await body(bench, source, old, new)
        }
    }

    @Test func `A rewritten branch is refused until a person accepts it`() async throws {
        try await rewrite { bench, source, old, new in
            let look = await source.freshLook(bench)
            #expect(look.accepted == old)
            #expect(look.failure == .rewritten(from: old, to: new))
            #expect(look.refused == new)
            // Also by an agent that was started again.
            let again = try await bench.source()
            #expect(await again.look(at: .branch("main")).failure == .rewritten(from: old, to: new))
            again.database.close()
            try await source.confirm(new, of: .branch("main")) { #expect($0 == old) }
            #expect(await source.freshLook(bench).accepted == new)
            #expect(await source.freshLook(bench).failure == nil)
        }
    }

    @Test func `A person accepts what they saw, not what came since`() async throws {
        try await rewrite { bench, source, old, new in
            _ = await source.freshLook(bench)
            try bench.origin.commit("newer")
            bench.clock.advance(by: .seconds(3600))
            await #expect(throws: SourceFailure.self) { try await source.confirm(new, of: .branch("main")) { _ in } }
            #expect(await source.look(at: .branch("main")).accepted == old)
        }
    }

    @Test func `What cannot be put on record is not accepted`() async throws {
        try await rewrite { bench, source, old, new in
            _ = await source.freshLook(bench)
            await #expect(throws: SourceFailure.self) {
                try await source.confirm(new, of: .branch("main")) { _ throws(SourceFailure) in
                    throw .diskFull(reason: "no room")
                }
            }
            let look = await source.freshLook(bench)
            #expect(look.accepted == old)
            #expect(look.refused == new)
        }
    }

    @Test func `A source that allows rewrites takes them, and keeps what it leaves behind`() async throws {
        try await rewrite(rules: SourceRules(name: "shop", allowsRewrites: true)) { bench, source, old, new in
            #expect(await source.freshLook(bench).accepted == new)
            try bench.origin.git("reflog", "expire", "--expire=now", "--all")
            try bench.origin.git("gc", "-q", "--prune=now")
            source.database.rest()
            let mirror = try #require(try bench.mirrorFolders.first)
            let process = try TestProcess.run(
                "/usr/bin/git", ["--git-dir", mirror.path, "gc", "-q", "--prune=now"],
                environment: GitFixture.environment)
            #expect(process.status == 0)
            #expect(try await source.database.commit(old).subject == "old")
        }
    }

    @Test func `A branch that went back to an older commit is refused`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            let second = try bench.origin.commit("second")
            let source = try await bench.source()
            defer { source.database.close() }
            _ = await source.look(at: .branch("main"))
            try bench.origin.git("reset", "-q", "--hard", first.hex)
            let look = await source.freshLook(bench)
            #expect(look.accepted == second)
            #expect(look.failure == .rewritten(from: second, to: first))
        }
    }

    @Test func `A moved tag is refused`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            try bench.origin.git("tag", "v1")
            let source = try await bench.source()
            defer { source.database.close() }
            #expect(await source.look(at: .tag("v1")).accepted == first)
            try bench.origin.git("checkout", "-q", "--orphan", "other")
            let other = try bench.origin.commit("other")
            try bench.origin.git("tag", "-f", "v1")
            #expect(await source.freshLook(bench, at: .tag("v1")).failure == .rewritten(from: first, to: other))
        }
    }

    @Test func `A damaged record of what was accepted lets nothing in`() async throws {
        try await rewrite { bench, _, _, _ in
            let folder = bench.state.appendingPathComponent("accepted")
            for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
                try Data("nonsense".utf8).write(to: file)
            }
            let source = try await bench.source()
            defer { source.database.close() }
            let look = await source.look(at: .branch("main"))
            #expect(look.accepted == nil)
            #expect(look.complaint.contains("is damaged"))
        }
    }
}
