// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Model
import NIOPosix
import SystemPackage
import TestSupport
import Testing

@Suite struct ObjectMemoryTests {
    @Test func `What one process read, the next reads without git`() async throws {
        try await withRepository { repository, memory in
            try repository.write("kind: Fleet\n", to: "fleet.yaml")
            let commit = try repository.commit()
            let first = open(repository, remembering: memory)
            let content = try await read(commit, in: first)
            #expect(first.starts == 1)
            first.close()
            let next = open(repository, remembering: memory)
            #expect(try await read(commit, in: next) == content)
            #expect(next.starts == 0)
            let before = try Data(contentsOf: memory)
            next.close()
            #expect(try Data(contentsOf: memory) == before)
        }
    }

    @Test func `A changed byte in the file is not believed`() async throws {
        try await withRepository { repository, memory in
            try repository.write("kind: Fleet\n", to: "fleet.yaml")
            let commit = try repository.commit()
            let first = open(repository, remembering: memory)
            let content = try await read(commit, in: first)
            first.close()
            var bytes = try Data(contentsOf: memory)
            let place = try #require(bytes.range(of: Data("kind: Fleet".utf8)))
            bytes[place.lowerBound] = UInt8(ascii: "K")
            try bytes.write(to: memory)
            let next = open(repository, remembering: memory)
            #expect(try await read(commit, in: next) == content)
            #expect(next.starts == 1)
        }
    }

    @Test func `A file that makes no sense is as good as none`() async throws {
        try await withRepository { repository, memory in
            try repository.write("kind: Fleet\n", to: "fleet.yaml")
            let commit = try repository.commit()
            let first = open(repository, remembering: memory)
            let content = try await read(commit, in: first)
            first.close()
            let whole = try Data(contentsOf: memory)
            for length in stride(from: 0, to: whole.count, by: 7) {
                try whole.prefix(length).write(to: memory)
                let next = open(repository, remembering: memory)
                #expect(try await read(commit, in: next) == content)
            }
        }
    }

    private func read(_ commit: CommitID, in database: ObjectDatabase) async throws -> [UInt8] {
        let tree = GitTree(root: try await database.commit(commit).tree, in: database)
        return try await tree.read(try #require(TreePath("fleet.yaml".utf8)), limit: 100)
    }

    private func open(_ repository: GitFixture, remembering memory: URL) -> ObjectDatabase {
        ObjectDatabase(
            repository: FilePath(repository.gitFolder.path), environment: GitEnvironment(), threads: .singleton,
            remembering: FilePath(memory.path))
    }

    private func withRepository(_ body: (GitFixture, URL) async throws -> Void) async throws {
        try await withScratchFolder { folder in
            let repository = try GitFixture(at: folder.appendingPathComponent("repository"))
            try await body(repository, folder.appendingPathComponent("objects"))
        }
    }
}
