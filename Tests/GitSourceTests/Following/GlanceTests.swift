// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import TestSupport
import Testing

/// What people name to look at it is nothing that is followed.
@Suite struct GlanceTests {
    private func absent(_ number: Int) throws -> Follow {
        let hex = String(number, radix: 16)
        return .commit(try #require(CommitID(hex: String(repeating: "0", count: 40 - hex.count) + hex)))
    }

    private func failure(_ source: TrackedSource, _ follow: Follow) async -> SourceFailure? {
        do throws(SourceFailure) {
            _ = try await source.preview(follow)
            return nil
        } catch {
            return error
        }
    }

    @Test func `what was looked at once is not asked for again`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            try bench.origin.git("branch", "side")
            let server = try await GitHTTPServer.start(root: bench.repositories)
            let source = try await bench.source(server.origin + "/origin/.git")
            defer { source.database.close() }
            #expect(await source.look(at: .branch("main")).accepted == first)
            for number in 1...4 {
                for follow in [try absent(number), .branch("made-up-\(number)")] {
                    bench.clock.advance(by: .seconds(1))
                    #expect(await failure(source, follow) == .missing(follow))
                }
            }
            bench.clock.advance(by: .seconds(1))
            #expect(try await source.preview(.branch("side")) == first)
            // What somebody follows stays so, whoever looks at it.
            #expect(try await source.preview(.branch("main")) == first)
            #expect(await source.mirror.follows == [.branch("main")])
            let second = try bench.origin.commit("second")
            server.forgetRequests()
            let look = await source.freshLook(bench)
            #expect(look.accepted == second && look.failure == nil, "\(look.complaint)")
            // A question, and a fetch.
            #expect(server.requests.count { $0.path.contains("info/refs") } == 2)
            await server.stop()
        }
    }

    @Test func `few things are looked at at once, and those who follow are not held up`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            let server = try await GitHTTPServer.start(root: bench.repositories)
            let source = try await bench.source(server.origin + "/origin/.git")
            defer { source.database.close() }
            #expect(await source.look(at: .branch("main")).accepted == first)
            bench.clock.advance(by: .seconds(1))
            let follows = try (1...200).map { try absent($0) }
            let refused = await withTaskGroup(of: Bool.self) { group in
                for follow in follows {
                    group.addTask { await failure(source, follow) != .missing(follow) }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(refused > 0)
            #expect(await source.mirror.follows == [.branch("main")])
            let second = try bench.origin.commit("second")
            #expect(await source.freshLook(bench).accepted == second)
            await server.stop()
        }
    }

    @Test func `many names are asked for in pieces that a process can be given`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            let names = (1...7).map { Text("\(String(repeating: "n", count: 80))\($0)") }
            for name in names { try bench.origin.git("branch", name.string) }
            bench.limits.names = 300
            let server = try await GitHTTPServer.start(root: bench.repositories)
            let source = try await bench.source(server.origin + "/origin/.git")
            defer { source.database.close() }
            for name in names { #expect(await source.look(at: .branch(name)).accepted == first) }
            server.forgetRequests()
            bench.clock.advance(by: .seconds(3600))
            for name in names { #expect(await source.look(at: .branch(name)).failure == nil) }
            // Three of 93 bytes fit.
            #expect(server.requests.count { $0.path.contains("info/refs") } == 3)
            let second = try bench.origin.commit("second")
            for name in names { try bench.origin.git("branch", "-f", name.string, second.hex) }
            bench.clock.advance(by: .seconds(3600))
            for name in names { #expect(await source.look(at: .branch(name)).accepted == second) }
            await server.stop()
        }
    }
}
