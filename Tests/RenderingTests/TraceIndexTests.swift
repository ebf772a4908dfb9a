// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Rendering
import TestSupport
import Testing

/// Who is told of a change. The index must never leave anybody out whose trace does not hold any more.
@Suite struct TraceIndexTests {
    private func delta(from old: MemoryTree, to new: MemoryTree) async throws -> TreeDelta {
        let (before, after) = (old.nodes, new.nodes)
        return try await TreeDelta(
            added: after.keys.filter { before[$0] == nil },
            changed: after.keys.filter { before[$0] != nil && before[$0] != after[$0] },
            removed: before.keys.filter { after[$0] == nil }, from: old, to: new)
    }

    /// Reads as a renderer does: looks for names in vain, lists a folder, reads what it finds.
    private func trace(of folder: TreePath, in tree: MemoryTree) async -> Trace {
        let tracing = TracingTreeReader(tree)
        _ = try? await tracing.kind(at: folder.appending("kustomization.yaml".utf8) ?? folder)
        for child in (try? await tracing.children(of: folder)) ?? [] where child.name.last == UInt8(ascii: "l") {
            if let path = folder.appending(child.name) { _ = try? await tracing.read(path, limit: 1000) }
        }
        return tracing.trace
    }

    @Test func `a commit that touches one of many readers finds that one`() async throws {
        var files: [String: String] = ["base/common.yaml": "x"]
        for number in 0..<200 { files["apps/a\(number)/main.yaml"] = "\(number)" }
        let old = MemoryTree(files: files)
        var index = TraceIndex<Int>()
        for number in 0..<200 {
            let path = try #require(TreePath("apps/a\(number)".utf8))
            index.set(await trace(of: path, in: old), for: number)
        }
        files["apps/a7/main.yaml"] = "new"
        let one = try await delta(from: old, to: MemoryTree(files: files))
        #expect(index.readers(of: one).touched == [7])
        files["apps/a9/second.yaml"] = "new"
        files["apps/a11/kustomization.yaml"] = "new"
        files["readme.md"] = "new"
        let more = try await delta(from: old, to: MemoryTree(files: files))
        #expect(index.readers(of: more).touched == [7, 9, 11])
        #expect(index.readers(of: more).unsure.isEmpty)
        index.set(nil, for: 7)
        #expect(index.readers(of: one).touched.isEmpty)
    }

    @Test func `readers that read the same are kept together, until one reads something else`() async throws {
        let tree = MemoryTree(files: ["apps/web/a.yaml": "1", "apps/api/b.yaml": "1"])
        let web = await trace(of: try #require(TreePath("apps/web".utf8)), in: tree)
        let api = await trace(of: try #require(TreePath("apps/api".utf8)), in: tree)
        var index = TraceIndex<Int>()
        for reader in 0..<100 { index.set(web, for: reader) }
        #expect(index.distinct == 1 && index.all == Set(0..<100))
        let changed = try await delta(
            from: tree, to: MemoryTree(files: ["apps/web/a.yaml": "2", "apps/api/b.yaml": "1"]))
        #expect(index.readers(of: changed).touched == Set(0..<100))
        index.set(api, for: 42)
        #expect(index.distinct == 2)
        #expect(index.readers(of: changed).touched == Set(0..<100).subtracting([42]))
        for reader in 0..<100 { index.set(nil, for: reader) }
        #expect(index.distinct == 0 && index.isEmpty)
        #expect(index.readers(of: changed).touched.isEmpty)
    }

    @Test func `a file whose content is not read touches nobody, one that is new in a listed folder does`() async throws
    {
        let old = MemoryTree(files: ["web/a.yaml": "1", "web/notes.md": "1"])
        let path = try #require(TreePath("web".utf8))
        var index = TraceIndex<Int>()
        index.set(await trace(of: path, in: old), for: 1)
        let edited = MemoryTree(files: ["web/a.yaml": "1", "web/notes.md": "2"])
        #expect(index.readers(of: try await delta(from: old, to: edited)).touched.isEmpty)
        let added = MemoryTree(files: ["web/a.yaml": "1", "web/notes.md": "1", "web/deep/er/x.md": "1"])
        #expect(index.readers(of: try await delta(from: old, to: added)).touched == [1])
    }

    @Test func `who followed a link is never sure`() async throws {
        var tree = MemoryTree(files: ["shared/x.yaml": "1", "web/a.yaml": "1"])
        let link = try #require(TreePath("web/x.yaml".utf8))
        tree.nodes[link] = .link(target: Array("../shared/x.yaml".utf8))
        let path = try #require(TreePath("web".utf8))
        var index = TraceIndex<Int>()
        let trace = await trace(of: path, in: tree)
        index.set(trace, for: 1)
        var changed = tree
        let real = try #require(TreePath("shared/x.yaml".utf8))
        changed.nodes[real] = .file(Array("2".utf8), executable: false)
        let delta = try await delta(from: tree, to: changed)
        let found = index.readers(of: delta)
        #expect(found.touched.union(found.unsure.keys) == [1])
        #expect(found.unsure.values.allSatisfy { $0 == trace })
        #expect(await trace.holds(in: tree))
        #expect(await !trace.holds(in: changed))
    }

    @Test(arguments: 0..<200)
    func `the index tells everybody whose trace holds no more`(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        let names = ["a", "b", "b/c", "b/c/d", "e/f"]
        func randomTree() -> MemoryTree {
            var tree = MemoryTree()
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let folder = names[Int.random(in: 0..<names.count, using: &random)]
                let file = ["x.yaml", "y.yaml", "kustomization.yaml", "n.md"][Int.random(in: 0..<4, using: &random)]
                guard let path = TreePath("\(folder)/\(file)".utf8) else { continue }
                tree.nodes[path] =
                    Int.random(in: 0..<6, using: &random) == 0
                    ? .link(target: Array("../a/x.yaml".utf8))
                    : .file([UInt8.random(in: 0..<3, using: &random)], executable: Bool.random(using: &random))
            }
            // Now and then a file stands where a folder was.
            if Bool.random(using: &random), let path = TreePath("b".utf8) {
                tree.nodes = tree.nodes.filter { !$0.key.isWithin(path) }
                tree.nodes[path] = .file([1], executable: false)
            }
            return tree
        }
        let (old, new) = (randomTree(), randomTree())
        var index = TraceIndex<String>()
        var traces: [String: Trace] = [:]
        for name in names {
            let path = try #require(TreePath(name.utf8))
            traces[name] = await trace(of: path, in: old)
            index.set(traces[name], for: name)
        }
        let found = index.readers(of: try await delta(from: old, to: new))
        for (name, trace) in traces where await !trace.holds(in: new) {
            #expect(found.touched.contains(name) || found.unsure[name] == trace, "\(name) was forgotten")
        }
    }
}
