// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import HostTarget
import Manifest
import Model
import TestSupport
import Testing

@Suite struct FileTests {
    @Test func `a file is made with its mode, and stands`() async throws {
        try await withHost { host in
            let file = host.file("a", path: "/etc/web/site.conf", [("content", "listen 80;\n"), ("mode", "0640")])
            let before = try await host.compare(file)
            #expect(before == [file.id: .absent])
            #expect(try await host.apply(file).map(\.result) == [.done])
            #expect(host.read("etc/web/site.conf") == "listen 80;\n")
            #expect(host.mode("etc/web/site.conf") == 0o640)
            #expect(try await host.compare(file, depth: .metadata) == [file.id: .same])
            #expect(try await host.compare(file) == [file.id: .same])
            #expect(try await host.apply(file).map(\.result) == [.unchanged])
        }
    }

    @Test func `differences name content and mode, and show text`() async throws {
        try await withHost { host in
            let file = host.file("a", path: "/etc/web/a", [("content", "one"), ("mode", "0644")])
            try await host.apply(file)
            try host.write("two", to: "etc/web/a")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o666], ofItemAtPath: host.folder.appendingPathComponent("etc/web/a").path)
            for depth in [ComparisonDepth.metadata, .content] {
                let comparison = try await host.compare(file, depth: depth)
                guard case .differs(let fields, _) = comparison[file.id] else {
                    Issue.record("no difference: \(comparison)")
                    continue
                }
                #expect(fields.map { "\($0.path)" } == ["spec.mode", "spec.content"])
                #expect(fields.last?.old == "two" && fields.last?.new == "one")
            }
        }
    }

    @Test func `a private file is shown nowhere`() async throws {
        try await withHost { host in
            let file = host.file("a", path: "/etc/web/key", [("content", "canary-4711"), ("mode", "0600")])
            try host.write("canary-0815", to: "etc/web/key")
            let comparison = try await host.compare(file)
            #expect(!"\(comparison)".contains("canary"))
        }
    }

    @Test func `a file of the source is streamed and known by Git's hash`() async throws {
        try await withHost { host in
            let content = String(repeating: "0123456789", count: 50_000)
            let tree = MemoryTree(files: ["site/big": content])
            var file = host.file("a", path: "/srv/big", [("source", "site/big")])
            file.blobs = [try await tree.blob(at: try #require(TreePath("site/big")))]
            #expect(try await host.apply(file, contents: tree).map(\.result) == [.done])
            #expect(host.read("srv/big") == content)
            // printf 'hello\n' | git hash-object --stdin
            let id = try #require(GitID(hex: "ce013625030ba8dba906f756967f9e9ca394464a"))
            try host.write("hello\n", to: "srv/hello")
            let path = try #require(TreePath("hello"))
            file = host.file("b", path: "/srv/hello", [("source", "hello")])
            file.blobs = [BlobReference(path: path, id: .git(id), size: 6, executable: false)]
            #expect(try await host.compare(file) == [file.id: .same])
        }
    }

    @Test func `the original comes back when the file is removed`() async throws {
        try await withHost { host in
            try host.write("the distribution's", to: "etc/web/a")
            let file = host.file("a", path: "/etc/web/a", [("content", "ours")])
            try await host.apply(file)
            try await host.apply(host.file("a", path: "/etc/web/a", [("content", "ours again")]))
            #expect(host.read("etc/web/a") == "ours again")
            #expect(try await host.remove(file)?.result == .done)
            #expect(host.read("etc/web/a") == "the distribution's")
        }
    }

    @Test func `a file that was not there goes, an orphan stays`() async throws {
        try await withHost { host in
            let (a, b) = (
                host.file("a", path: "/srv/a", [("content", "a")]), host.file("b", path: "/srv/b", [("content", "b")])
            )
            try await host.apply(a, b)
            #expect(try await host.remove(a)?.result == .done)
            #expect(try await host.remove(b, .orphan)?.result == .done)
            #expect(host.read("srv/a") == nil && host.read("srv/b") == "b")
        }
    }

    @Test func `a folder in the way is refused and nothing is lost`() async throws {
        try await withHost { host in
            try host.write("x", to: "srv/a/inside")
            let file = host.file("a", path: "/srv/a", [("content", "a")])
            guard case .refused(let reason) = try await host.compare(file)[file.id] else {
                Issue.record("not refused")
                return
            }
            #expect(reason.string.hasPrefix("/srv/a is a folder"))
            guard case .failed = try await host.apply(file).first?.result else {
                Issue.record("not failed")
                return
            }
            #expect(host.read("srv/a/inside") == "x")
        }
    }

    @Test func `a thousand files leave no temporary behind, and nothing to write the next time`() async throws {
        try await withHost { host in
            let files = (0..<1000).map {
                host.file(Text("f\($0)"), path: Text("/srv/d\($0 % 20)/f\($0)"), [("content", "x")])
            }
            #expect(try await host.apply(files).allSatisfy { $0.result == .done })
            #expect(host.names().filter { $0.contains(".trimtab-") }.isEmpty)
            #expect(host.names().count { $0.contains("/f") } == 1000)
            let writes = host.target.counters.values.writes
            #expect(try await host.apply(files).allSatisfy { $0.result == .unchanged })
            for depth in [ComparisonDepth.metadata, .content] {
                let comparisons = try await host.target.compare(
                    files, within: files, of: host.unit, depth: depth, contents: MemoryTree())
                #expect(comparisons.values.allSatisfy { $0 == .same })
            }
            #expect(host.target.counters.values.writes == writes)
        }
    }

    @Test func `names that Swift calls equal are two files, and each is its own object`() async throws {
        try await withHost { host in
            let (composed, decomposed): (Text, Text) = ("caf\u{E9}", "cafe\u{301}")
            let files = [composed, decomposed].map { name in
                host.file(name, path: "/srv/\(name)", [("content", .string(name))])
            }
            try await host.apply(files)
            let folder = host.folder.path + "/srv"
            func names() throws -> Set<[UInt8]> {
                Set(try FileManager.default.contentsOfDirectory(atPath: folder).map { Array($0.utf8) })
            }
            let both = try names()
            #expect(both == [Array(composed.utf8), Array(decomposed.utf8)])
            try await host.remove(files[0], leaving: [files[1]])
            let left = try names()
            #expect(left == [Array(decomposed.utf8)])
            #expect(try await host.compare(files[1])[files[1].id] == .same)
        }
    }
}
