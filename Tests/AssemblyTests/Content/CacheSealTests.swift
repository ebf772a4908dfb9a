// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Assembly
import Foundation
import GRDB
import Manifest
import Model
import Rendering
import TestSupport
import Testing

/// Whoever can write into the cache's file must not be able to have anything applied, or taken away.
@Suite struct CacheSealTests {
    private let key = StateCache.RenderKey(unit: unit("web"), recipe: Digest(of: [5]), request: Digest(of: [2]))
    private let render = Digest(of: [1])
    private var content: ContentKey { ContentKey(objects(), as: render) }

    private func objects() -> [DesiredObject] {
        (["a", "b"] as [Text]).map { name in
            let manifest: Value = ["name": .string(name)]
            return DesiredObject(
                id: object(name), apiVersion: "v1", manifest: manifest, wave: 0, blobs: [], origin: "a.yaml:1",
                digest: manifest.digest())
        }
    }

    private func withCache(_ body: (StateCache, _ path: String) async throws -> Void) async throws {
        try await withScratchFolder { folder in
            let path = folder.appendingPathComponent("cache.db").path
            let cache = try StateCache(path: path)
            try await cache.keep(objects(), as: render, for: key, reading: Trace())
            try await body(cache, path)
        }
    }

    @Test(arguments: [
        "UPDATE object SET manifest = CAST(REPLACE(CAST(manifest AS TEXT), 'a', 'z') AS BLOB) WHERE position = 0",
        "UPDATE object SET digest = zeroblob(32) WHERE position = 1",
        "UPDATE object SET wave = 7", "UPDATE object SET key = key || 'x' WHERE position = 0",
        "UPDATE object SET blobs = CAST('[]' AS BLOB), origin = 'elsewhere'",
        "UPDATE object SET position = 1 - position", "DELETE FROM object WHERE position = 1",
        "UPDATE content SET count = 1; DELETE FROM object WHERE position = 1", "UPDATE object SET seal = zeroblob(32)",
    ])
    func `content that was changed is not used, and can be kept anew`(statement: String) async throws {
        try await withCache { cache, path in
            try Forgery.execute(statement, on: path)
            #expect(try await cache.objects(of: content, only: nil) == nil)
            try await cache.keep(objects(), as: render, for: key, reading: Trace())
            #expect(try await cache.objects(of: content, only: nil) == objects())
        }
    }

    @Test(arguments: [
        "UPDATE render SET render = zeroblob(32)", "UPDATE render SET trace = CAST('[[],[],[],false] ' AS BLOB)",
        "UPDATE render SET unit = unit || 'x'", "UPDATE render SET recipe = zeroblob(32)",
        "UPDATE render SET seal = zeroblob(32)", "UPDATE render SET content = zeroblob(32)",
        "UPDATE render SET source = zeroblob(32)",
    ])
    func `a render that was changed is not used`(statement: String) async throws {
        try await withCache { cache, path in
            try Forgery.execute(statement, on: path)
            var other = key
            other.unit = unit("webx")
            other.recipe =
                statement.contains("recipe")
                ? Digest(bytes: [UInt8](repeating: 0, count: 32)) ?? key.recipe : key.recipe
            for key in [key, other] {
                #expect(try await cache.render(for: key) == nil)
                #expect(try await cache.renders(like: key).isEmpty)
            }
        }
    }

    @Test func `flipped bytes of the file never come back as content`() async throws {
        try await withCache { _, path in
            try Forgery.execute("PRAGMA wal_checkpoint(TRUNCATE)", on: path)
            let file = URL(fileURLWithPath: path)
            let original = try Data(contentsOf: file)
            var found = 0
            for index in original.indices where original[index...].starts(with: Data(#""name":""#.utf8)) {
                var bytes = original
                bytes[index + 8] ^= 1
                try bytes.write(to: file)
                found += 1
                let objects = try? await StateCache(path: path).objects(of: content, only: nil)
                #expect(objects == nil)
            }
            #expect(found == 2)
        }
    }

    @Test func `the key is for the owner alone; one that others can read is made anew`() async throws {
        try await withCache { _, path in
            let key = path + ".key"
            let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let before = try Data(contentsOf: URL(fileURLWithPath: key))
            #expect(try await StateCache(path: path).objects(of: content, only: nil) != nil)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
            #expect(try await StateCache(path: path).objects(of: content, only: nil) == nil)
            #expect(try Data(contentsOf: URL(fileURLWithPath: key)) != before)
        }
    }
}
