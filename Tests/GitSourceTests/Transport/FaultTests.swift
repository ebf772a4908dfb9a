// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Glibc
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

/// What can go wrong at the server, on the way or in the repository: a state by name, and the last accepted commit stays.
@Suite struct FaultTests {
    @Test func `A deleted branch fails alone, and recovers`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            try bench.origin.git("branch", "other")
            let source = try await bench.source()
            defer { source.database.close() }
            #expect(await source.look(at: .branch("other")).accepted == first)
            try bench.origin.git("branch", "-D", "other")
            let second = try bench.origin.commit("second")
            let look = await source.freshLook(bench, at: .branch("other"))
            #expect(look.accepted == first && look.failure == .missing(.branch("other")))
            #expect(await source.look(at: .branch("main")).accepted == second)
            try bench.origin.git("branch", "other")
            #expect(await source.freshLook(bench, at: .branch("other")).accepted == second)
        }
    }

    @Test func `A server that lacks history is refused`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit("first")
            try bench.origin.commit("second")
            let shallow = bench.repositories.appendingPathComponent("shallow")
            try bench.origin.git("clone", "-q", "--depth", "1", "file://\(bench.origin.folder.path)", shallow.path)
            let source = try await bench.source(shallow.path)
            defer { source.database.close() }
            let look = await source.look(at: .branch("main"))
            #expect(look.failure == .shallow(try RepositoryAddress(parsing: Text(shallow.path))))
            #expect(look.accepted == nil)
            #expect(await source.mirror.taken == 0)
        }
    }

    @Test func `A damaged object at the server is named`() async throws {
        try await Bench.with { bench in
            try bench.origin.write("good", to: "file")
            let good = try bench.origin.commit()
            let source = try await bench.source()
            defer { source.database.close() }
            _ = await source.look(at: .branch("main"))
            try bench.origin.write("to be damaged", to: "file")
            try bench.origin.commit()
            let id = try bench.origin.git("rev-parse", "HEAD:file")
            let file = bench.origin.gitFolder.appendingPathComponent("objects/\(id.prefix(2))/\(id.dropFirst(2))")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
            try Data([0x78, 0x01, 0xFF, 0xFF]).write(to: file)
            let look = await source.freshLook(bench)
            #expect(look.accepted == good)
            guard case .corrupt = look.failure else { Issue.record("\(look.complaint)"); return }
        }
    }

    @Test func `An object that Git's own check refuses does not come in`() async throws {
        try await Bench.with { bench in
            let good = try bench.origin.commit()
            let source = try await bench.source()
            defer { source.database.close() }
            _ = await source.look(at: .branch("main"))
            let empty = try #require(GitID(hex: try bench.origin.git(["mktree"], input: [])))
            let hostile = try bench.origin.git(
                ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
                input: Array("40000 .git\0".utf8) + empty.bytes)
            let commit = try bench.origin.git("commit-tree", "-m", "hostile", "-p", good.hex, hostile)
            try bench.origin.git("update-ref", "refs/heads/main", commit)
            let look = await source.freshLook(bench)
            #expect(look.accepted == good)
            guard case .corrupt = look.failure else { Issue.record("\(look.complaint)"); return }
        }
    }

    @Test func `More than the budget is not taken, and nothing of it stays`() async throws {
        try await Bench.with { bench in
            let good = try bench.origin.commit()
            bench.limits.pack = 1 << 20
            let source = try await bench.source()
            defer { source.database.close() }
            _ = await source.look(at: .branch("main"))
            var generator = SystemRandomNumberGenerator()
            try bench.origin.write(
                (0..<(3 << 17)).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }, to: "large")
            try bench.origin.commit()
            let look = await source.freshLook(bench)
            #expect(look.accepted == good)
            guard case .tooLarge = look.failure else { Issue.record("\(look.complaint)"); return }
            let packs = try #require(try bench.mirrorFolders.first).appendingPathComponent("objects/pack")
            #expect(try FileManager.default.contentsOfDirectory(atPath: packs.path).allSatisfy { !$0.hasPrefix("tmp") })
        }
    }

    @Test func `A branch that is too large leaves the others of its repository alone`() async throws {
        try await Bench.with { bench in
            let good = try bench.origin.commit()
            try bench.origin.git("update-ref", "refs/heads/other", good.hex)
            bench.limits.pack = 1 << 20
            let source = try await bench.source()
            defer { source.database.close() }
            _ = await source.look(at: .branch("main"))
            _ = await source.look(at: .branch("other"))
            var generator = SystemRandomNumberGenerator()
            try bench.origin.write(
                (0..<(3 << 17)).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }, to: "large")
            try bench.origin.commit()
            let tree = try bench.origin.git("rev-parse", "\(good.hex)^{tree}")
            let small = try bench.origin.git("commit-tree", "-m", "small", "-p", good.hex, tree)
            try bench.origin.git("update-ref", "refs/heads/other", small)
            let large = await source.freshLook(bench)
            guard case .tooLarge = large.failure else { Issue.record("\(large.complaint)"); return }
            let other = await source.look(at: .branch("other"))
            #expect(other.accepted?.hex == small && other.failure == nil, "\(other.complaint)")
        }
    }

    @Test func `A blob of 200 MB is fetched, refused as a manifest and streamed as a file`() async throws {
        try await Bench.with { bench in
            let size = 200 << 20
            let file = bench.origin.folder.appendingPathComponent("large")
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
            #expect(truncate(file.path, off_t(size)) == 0)
            try bench.origin.git("config", "core.bigFileThreshold", "1m")
            let commit = try bench.origin.commit()
            let source = try await bench.source()
            defer { source.database.close() }
            #expect(await source.look(at: .branch("main")).accepted == commit)
            let tree = GitTree(root: try await source.database.commit(commit).tree, in: source.database)
            let path = try #require(TreePath("large".utf8))
            await #expect(throws: TreeError.tooLarge(path, bytes: Int64(size), limit: 4 << 20)) {
                try await tree.read(path, limit: 4 << 20)
            }
            var total = 0
            try await tree.stream(try await tree.blob(at: path)) { total += $0.count }
            #expect(total == size)
        }
    }

    @Test func `A server that never answers costs its deadline and leaves nothing behind`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit()
            bench.limits.listing = .milliseconds(500)
            let server = try await GitHTTPServer.start(root: bench.repositories)
            server.fail { _ in .silence }
            let source = try await bench.source(server.origin + "/origin/.git")
            defer { source.database.close() }
            guard case .timedOut = await source.look(at: .branch("main")).failure else {
                Issue.record("\(await source.look(at: .branch("main")).complaint)")
                return
            }
            #expect(try ChildProcesses.running(in: server.origin).isEmpty)
            await server.stop()
        }
    }

    @Test func `A git that is killed in the middle of a fetch is a state, and the next fetch is whole`() async throws {
        try await Bench.with { bench in
            try bench.origin.write(String(repeating: "content ", count: 100_000), to: "file")
            let commit = try bench.origin.commit()
            let server = try await GitHTTPServer.start(root: bench.repositories)
            server.fail { seen in
                // The first answer to a POST lists references, the second is the pack.
                seen.method == "POST" && server.requests.count { $0.method == "POST" } > 2 ? .stall(after: 300) : nil
            }
            let source = try await bench.source(server.origin + "/origin/.git")
            defer { source.database.close() }
            let hasEnded = Mutex(false)
            async let begun = {
                let look = await source.look(at: .branch("main"))
                hasEnded.withLock { $0 = true }
                return look
            }()
            while server.requests.count(where: { $0.method == "POST" }) < 3, !hasEnded.withLock({ $0 }) {
                try await Task.sleep(for: .milliseconds(1))
            }
            var killed = 0
            while killed == 0, !hasEnded.withLock({ $0 }) {
                for (process, line) in try ChildProcesses.commandLines() where line.contains(server.origin) {
                    if line.contains(" fetch "), kill(process, SIGKILL) == 0 { killed += 1 }
                }
            }
            let look = await begun
            #expect(killed > 0, "it ended before it was killed: \(look.complaint)")
            #expect(look.accepted == nil && look.failure != nil)
            server.work()
            let next = await source.freshLook(bench)
            #expect(next.accepted == commit, "\(next.complaint)")
            await server.stop()
        }
    }

    @Test func `A redirect is not followed`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit()
            let elsewhere = try await GitHTTPServer.start(root: bench.repositories)
            let server = try await GitHTTPServer.start(root: bench.repositories)
            let target = elsewhere.origin
            server.fail { seen in .status(302, headers: ["Location": target + seen.path]) }
            let url = server.origin + "/origin/.git"
            let source = try await bench.source(url)
            defer { source.database.close() }
            #expect(
                await source.look(at: .branch("main")).failure
                    == .redirected(try RepositoryAddress(parsing: Text(url))))
            #expect(elsewhere.requests.isEmpty)
            await server.stop()
            await elsewhere.stop()
        }
    }

    @Test func `A busy server is not asked before it wants to be`() async throws {
        try await Bench.with { bench in
            let commit = try bench.origin.commit()
            let server = try await GitHTTPServer.start(root: bench.repositories)
            server.fail { _ in .status(429, headers: ["Retry-After": "600"]) }
            let url = server.origin + "/origin/.git"
            let source = try await bench.source(url)
            defer { source.database.close() }
            let address = try RepositoryAddress(parsing: Text(url))
            let look = await source.look(at: .branch("main"))
            #expect(look.failure == .busy(address, retryAfter: .seconds(600)))
            server.work()
            bench.clock.advance(by: .seconds(599))
            #expect(await source.look(at: .branch("main")).accepted == nil)
            bench.clock.advance(by: .seconds(2))
            #expect(await source.look(at: .branch("main")).accepted == commit)
            await server.stop()
        }
    }

    @Test(arguments: [
        "http://169.254.169.254/latest/meta-data", "http://2852039166/x", "https://[fe80::1]/x",
        "https://[::ffff:169.254.169.254]/x", "https://[fd00:ec2::254]/x",
    ])
    func `Addresses of the local link are refused`(url: String) async throws {
        try await Bench.with { bench in
            let source = try await bench.source(url)
            defer { source.database.close() }
            guard case .notAllowed = await source.look(at: .head).failure else {
                Issue.record("\(await source.look(at: .head).complaint)")
                return
            }
        }
    }

    @Test func `Local paths and plain HTTP need the operator's leave`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit()
            bench.policy = AddressPolicy()
            for url in [bench.origin.folder.path, "http://127.0.0.1:1/x"] {
                await #expect(throws: SourceFailure.self) { try await bench.source(url) }
            }
        }
    }

    @Test func `Submodules and pointers of LFS are refused by name`() async throws {
        try await Bench.with { bench in
            try bench.origin.write(
                "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "a", count: 64))\nsize 5\n",
                to: "pointer")
            try bench.origin.git("add", "--all")
            try bench.origin.git(
                "update-index", "--add", "--cacheinfo", "160000,\(String(repeating: "1", count: 40)),module")
            try bench.origin.git("commit", "-q", "-m", "both")
            let source = try await bench.source()
            defer { source.database.close() }
            let commit = try #require(await source.look(at: .branch("main")).accepted)
            let tree = GitTree(root: try await source.database.commit(commit).tree, in: source.database)
            let module = try #require(TreePath("module/file".utf8))
            let pointer = try #require(TreePath("pointer".utf8))
            await #expect(throws: TreeError.submodule(try #require(TreePath("module".utf8)))) {
                try await tree.read(module, limit: 100)
            }
            await #expect(throws: TreeError.largeFilePointer(pointer)) { try await tree.read(pointer, limit: 1000) }
        }
    }
}
