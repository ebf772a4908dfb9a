// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Assembly
import Commands
import Foundation
import GRDB
import Manifest
import Model
import TestSupport
import Testing

/// A process that finds everything as it was reads no manifests, whatever it is asked.
@Suite struct RememberedContentTests {
    private func withSettledSite(
        _ name: String = #function, _ body: (TrialSite, _ cache: String) async throws -> Void
    ) async throws {
        try await TrialSite.with(name) { site in
            try site.writeContent("one")
            try site.commit("one")
            for _ in 0..<2 {
                let sync = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
                #expect(sync.status == .success, "\(sync.errors)")
            }
            try await body(site, site.state + "/cache.db")
        }
    }

    private func count(_ table: String, in cache: String) throws -> Int {
        let queue = try DatabaseQueue(path: cache)
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }

    @Test func `an idle check, one that reads contents too, needs no rendered objects`() async throws {
        try await withSettledSite { site, cache in
            #expect(try count("memory", in: cache) == 2)
            // Whoever reads them notices, and renders anew.
            try Forgery.execute("DELETE FROM object", on: cache)
            let sync = await site.trimtab("sync", "--once")
            #expect(sync.status == .success && sync.output.contains("as is"))
            #expect(await site.trimtab("plan").status == .success)
            #expect(try count("object", in: cache) == 0)
        }
    }

    @Test func `what a hand changed is put back from the one object that says how it should be`() async throws {
        try await withSettledSite { site, cache in
            let file = "fleet/sandbox/prod/srv/site/index.html"
            let good = try site.read(file)
            try site.write("by hand", to: file)
            #expect(await site.trimtab("plan").status == .differs)
            #expect(await site.trimtab("sync", "--once").status == .success)
            #expect(try site.read(file) == good)
        }
    }

    @Test func `a memory that somebody wrote or moved is not believed`() async throws {
        for statement in [
            "UPDATE memory SET data = CAST(data || x'00' AS BLOB)", "UPDATE memory SET seal = zeroblob(32)",
            "UPDATE memory SET unit = unit || 'x'",
            "UPDATE memory SET part = 7 - part; UPDATE memory SET part = part - 6",
        ] {
            try await withScratchFolder { folder in
                let path = folder.appendingPathComponent("cache.db").path
                let cache = try StateCache(path: path)
                try await cache.keep([[1], [2], [3]], of: unit("web"))
                try await cache.keep([[4], [5]], of: unit("web"))
                try await cache.keep([6], asPart: 1, of: unit("web"))
                var kept: [[UInt8]?] = []
                for part in 0..<3 { kept.append(try await cache.memory(of: unit("web"), part: part)) }
                #expect(kept == [[4], [6], nil])
                try Forgery.execute(statement, on: path)
                for part in 0..<2 {
                    #expect(try await cache.memory(of: unit("web"), part: part) == nil)
                    #expect(try await cache.memory(of: unit("webx"), part: part) == nil)
                }
            }
        }
    }
}
