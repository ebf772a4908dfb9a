// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import NIOPosix
import SystemPackage
import TestSupport
import Testing

@Suite struct TreeReaderConformanceTests {
    @Test func `A tree in memory reads as every tree does`() async {
        #expect(await TreeReaderConformance.violations(of: TreeReaderConformance.tree) == [])
    }

    /// On threads of its own, and on the caller's.
    @Test(arguments: [NIOThreadPool.singleton, nil] as [NIOThreadPool?])
    func `A folder on disk reads as every tree does`(threads: NIOThreadPool?) async throws {
        try await withScratchFolder { scratch in
            try TreeReaderConformance.tree.write(to: scratch)
            let tree = try FolderTree(FilePath(scratch.path), threads: threads)
            #expect(await TreeReaderConformance.violations(of: tree) == [])
        }
    }

    @Test(arguments: ["sha1", "sha256"])
    func `The tree of a commit reads as every tree does`(format: String) async throws {
        try await withScratchFolder { scratch in
            let repository = try GitFixture(at: scratch.appendingPathComponent("repository"), format: format)
            try TreeReaderConformance.tree.write(to: repository.folder)
            let commit = try repository.commit()
            let database = ObjectDatabase(of: repository)
            defer { database.close() }
            let tree = GitTree(root: try await database.commit(commit).tree, in: database)
            #expect(await TreeReaderConformance.violations(of: tree) == [])
            #expect(database.starts == 1)
        }
    }

    @Test func `A submodule is an error by name wherever it is met`() async throws {
        try await withScratchFolder { scratch in
            let repository = try GitFixture(at: scratch.appendingPathComponent("repository"))
            let commit = try repository.commit()
            try repository.git("update-index", "--add", "--cacheinfo", "160000,\(commit.hex),charts/upstream")
            try repository.git("commit", "-q", "-m", "Add a submodule")
            let database = ObjectDatabase(of: repository)
            defer { database.close() }
            let tree = GitTree(root: try await database.commit(repository.head()).tree, in: database)
            try await expectSubmodule(in: tree)
        }
        var memory = MemoryTree()
        memory.nodes[try #require(TreePath("charts/upstream"))] = .submodule
        try await expectSubmodule(in: memory)
    }

    private func expectSubmodule(in tree: some TreeReader) async throws {
        let path = try #require(TreePath("charts/upstream"))
        let below = try #require(TreePath("charts/upstream/values.yaml"))
        await #expect(throws: TreeError.submodule(path)) { try await tree.read(path, limit: 100) }
        await #expect(throws: TreeError.submodule(path)) { try await tree.read(below, limit: 100) }
        await #expect(throws: TreeError.submodule(path)) { try await tree.blob(at: below) }
        await #expect(throws: TreeError.submodule(path)) { try await tree.children(of: path) }
        #expect(try await tree.children(of: try #require(TreePath("charts"))).map(\.kind) == [.submodule])
    }
}

extension ObjectDatabase {
    /// The objects of a test's repository.
    convenience init(of repository: GitFixture, threads: NIOThreadPool = .singleton) {
        self.init(
            repository: FilePath(repository.gitFolder.path), environment: GitEnvironment(), threads: threads)
    }
}
