// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Assembly
import Foundation
import Manifest
import Model
import Rendering
import TestSupport
import Testing

@Suite struct StateCacheTests {
    private func desired(_ name: Text, _ manifest: Value, blobs: [BlobReference] = []) -> DesiredObject {
        DesiredObject(
            id: object(name), apiVersion: "host.trimtab.dev/v1alpha1", manifest: manifest, wave: -3, blobs: blobs,
            origin: "web/site.yaml:12", digest: manifest.digest())
    }

    @Test func `content comes back as it was kept, whole or in part`() async throws {
        try await withScratchFolder { folder in
            let cache = try StateCache(path: folder.appendingPathComponent("cache.db").path)
            let path = try #require(TreePath([0x61, 0xFF, 0x0A]))
            let blob = BlobReference(path: path, id: .sha256(Digest(of: [1])), size: 7, executable: true)
            let objects = [desired("b", ["x": "\u{0}\u{E9}"]), desired("a", ["y": 1], blobs: [blob])]
            let trace = Trace(
                findings: [
                    path: .content(.sha256(Digest(of: [3])), isExecutable: true), .root: .folder,
                    TreePath("gone") ?? .root: .nothing,
                ], targets: [path: .sha256(Digest(of: [8]))], listings: [.root: Digest(of: [4])], followsLinks: true)
            let render = Digest(of: [1])
            let content = ContentKey(objects, as: render)
            let key = StateCache.RenderKey(unit: unit("web"), recipe: Digest(of: [5]), request: Digest(of: [2]))
            try await cache.keep(objects, as: render, for: key, reading: trace)
            #expect(try await cache.renders(like: key).map(\.trace) == [trace])
            var other = key
            other.recipe = Digest(of: [6])
            #expect(try await cache.renders(like: other).isEmpty)
            #expect(try await cache.objects(of: content, only: nil) == objects)
            #expect(try await cache.objects(of: content, only: [object("a")]) == [objects[1]])
            #expect(try await cache.render(for: key)?.render == render)
            #expect(try await cache.render(for: key)?.content == content)
            other.unit = unit("db")
            #expect(try await cache.render(for: other) == nil)
            #expect(try await cache.objects(of: ContentKey(objects, as: Digest(of: [9])), only: nil) == nil)
        }
    }

    private func declared(in file: Text, _ blob: Text) throws -> [DesiredObject] {
        let path = try #require(TreePath(blob))
        let blob = BlobReference(path: path, id: .sha256(Digest(of: [1])), size: 7, executable: false)
        var objects = [desired("a", ["x": 1], blobs: [blob])]
        objects[0].origin = "\(file):3"
        return objects
    }

    @Test func `contents that are alike are kept apart when they were read from other files`() async throws {
        try await withScratchFolder { folder in
            let cache = try StateCache(path: folder.appendingPathComponent("cache.db").path)
            let render = Digest(of: [1])
            let commits = (1...3).compactMap { CommitID(hex: String(repeating: "\($0)", count: 40)) }
            let kept = [
                try declared(in: "a.yaml", "a.enc"), try declared(in: "b.yaml", "a.enc"),
                try declared(in: "b.yaml", "b.enc"),
            ]
            for name in ["web", "db"] {
                for (index, (commit, objects)) in zip(commits, kept).enumerated() {
                    let key = StateCache.RenderKey(
                        unit: unit(name), recipe: Digest(of: [5]), request: Digest(of: [UInt8(index)]), source: commit)
                    try await cache.keep(objects, as: render, for: key, reading: Trace())
                }
            }
            for (commit, objects) in zip(commits, kept) {
                let content = try await cache.content(of: render, of: unit("web"), from: commit)
                #expect(try await cache.objects(of: try #require(content), only: nil) == objects)
            }
            #expect(try await cache.content(of: render, of: unit("web"), from: nil) == nil)
            #expect(try await cache.content(of: Digest(of: [2]), of: unit("web"), from: commits[0]) == nil)
            // Where in its file an object stands matters to nobody who opens it.
            var moved = kept[0]
            moved[0].origin = "a.yaml:9"
            #expect(ContentKey(moved, as: render) == ContentKey(kept[0], as: render))
        }
    }

    @Test func `old content goes when no request leads to it`() async throws {
        try await withScratchFolder { folder in
            let cache = try StateCache(path: folder.appendingPathComponent("cache.db").path)
            for index in 0..<60 as Range<UInt8> {
                try await cache.keep(
                    [desired("a", .number(Number(Int64(index))))], as: Digest(of: [index]),
                    for: .init(unit: unit("web"), recipe: Digest(of: [7]), request: Digest(of: [0, index])),
                    reading: Trace())
            }
            func content(_ index: UInt8) -> ContentKey { ContentKey([desired("a", [])], as: Digest(of: [index])) }
            #expect(try await cache.objects(of: content(0), only: nil) == nil)
            #expect(try await cache.objects(of: content(59), only: nil) != nil)
        }
    }

    @Test func `a damaged file is made anew`() async throws {
        try await withScratchFolder { folder in
            let path = folder.appendingPathComponent("cache.db").path
            try Data("this is no database, however long it goes on and on and on".utf8).write(
                to: URL(fileURLWithPath: path))
            let cache = try StateCache(path: path)
            #expect(try await cache.observations(of: unit("web"), only: nil).isEmpty)
        }
    }

    @Test func `observations are there after a start`() async throws {
        try await withScratchFolder { folder in
            let path = folder.appendingPathComponent("cache.db").path
            let cache = try StateCache(path: path)
            for name in ["a", "b", "c"] {
                try await cache.record([object("x"): [1], object("y"): [2]], of: unit(name))
            }
            let again = try StateCache(path: path)
            for name in ["a", "b", "c"] {
                #expect(try await again.observations(of: unit(name), only: nil).count == 2)
                #expect(try await again.observations(of: unit(name), only: [object("x")]) == [object("x"): [1]])
            }
            #expect(try await again.observations(of: unit("d"), only: nil).isEmpty)
        }
    }

    @Test func `observations are added, replaced and removed by unit`() async throws {
        try await withScratchFolder { folder in
            let cache = try StateCache(path: folder.appendingPathComponent("cache.db").path)
            try await cache.record([object("a"): [1], object("b"): [2]], of: unit("web"))
            try await cache.record([object("a"): [3], object("b"): nil], of: unit("web"))
            try await cache.record([object("a"): [9]], of: unit("db"))
            #expect(try await cache.observations(of: unit("web"), only: nil) == [object("a"): [3]])
            #expect(try await cache.observations(of: unit("web"), only: [object("b")]).isEmpty)
            #expect(try await cache.observations(of: unit("web"), only: [object("a")]) == [object("a"): [3]])
        }
    }
}
