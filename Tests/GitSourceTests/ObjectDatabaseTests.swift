// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Model
import NIOPosix
import SystemPackage
import TestSupport
import Testing

@Suite struct ObjectDatabaseTests {
    @Test func `Many readers share one process`() async throws {
        try await withRepository { repository, database in
            for number in 0..<500 { try repository.write("content \(number)\n", to: "file-\(number)") }
            let tree = GitTree(root: try await database.commit(repository.commit()).tree, in: database)
            let entries = try await tree.children(of: .root)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for entry in entries {
                    group.addTask {
                        let path = try #require(TreePath(entry.name))
                        let content = try await tree.read(path, limit: 100)
                        let number = String(decoding: entry.name.dropFirst(5), as: UTF8.self)
                        #expect(content == Array("content \(number)\n".utf8))
                    }
                }
                try await group.waitForAll()
            }
            #expect(entries.count == 500)
            #expect(database.starts == 1)
        }
    }

    @Test func `A killed process is started again, unseen by its reader`() async throws {
        try await withRepository { repository, database in
            try repository.write("first", to: "file")
            let first = try await database.commit(repository.commit())
            for child in try ChildProcesses.running(in: repository.gitFolder.path) { kill(child, SIGKILL) }
            let tree = GitTree(root: first.tree, in: database)
            #expect(try await tree.read(try #require(TreePath("file".utf8)), limit: 10) == Array("first".utf8))
            #expect(database.starts == 2)
        }
    }

    @Test func `A missing object and a wrong kind are named`() async throws {
        try await withRepository { repository, database in
            let commit = try repository.commit()
            let absent = try #require(GitID(hex: String(repeating: "1", count: 40)))
            await #expect(throws: ObjectError.missing(absent)) { try await database.read(absent, limit: 10) }
            await #expect(throws: ObjectError.wrongKind(commit.id, expected: .tree, found: .commit)) {
                try await database.tree(commit.id)
            }
            #expect(database.starts == 1)
        }
    }

    @Test func `A large blob is refused by its size and streamed in pieces`() async throws {
        try await withRepository { repository, database in
            let size = 20 << 20
            try repository.write([UInt8](repeating: 0x61, count: size), to: "large")
            let tree = GitTree(root: try await database.commit(repository.commit()).tree, in: database)
            let path = try #require(TreePath("large".utf8))
            await #expect(throws: TreeError.tooLarge(path, bytes: Int64(size), limit: 1000)) {
                try await tree.read(path, limit: 1000)
            }
            #expect(database.starts == 1)
            var (total, largest) = (0, 0)
            try await tree.stream(try await tree.blob(at: path)) { piece in
                total += piece.count
                largest = max(largest, piece.count)
            }
            #expect(total == size)
            #expect(largest <= 1 << 20)
        }
    }

    @Test func `A damaged object fails alone`() async throws {
        try await withRepository { repository, database in
            try repository.write("healthy", to: "healthy")
            try repository.write("to be damaged", to: "damaged")
            let tree = GitTree(root: try await database.commit(repository.commit()).tree, in: database)
            let damaged = try #require(TreePath("damaged".utf8))
            let healthy = try #require(TreePath("healthy".utf8))
            let id = try repository.git("rev-parse", "HEAD:damaged")
            let file = repository.gitFolder.appendingPathComponent("objects/\(id.prefix(2))/\(id.dropFirst(2))")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
            try Data([0x78, 0x01, 0xFF, 0xFF, 0xFF]).write(to: file)
            await #expect(throws: TreeError.self) { try await tree.read(damaged, limit: 100) }
            #expect(try await tree.read(healthy, limit: 100) == Array("healthy".utf8))
        }
    }

    @Test func `Content that does not have the hash of its id is refused`() async throws {
        try await withRepository { repository, database in
            try repository.write("what was reviewed", to: "file")
            let tree = GitTree(root: try await database.commit(repository.commit()).tree, in: database)
            let id = try repository.git("rev-parse", "HEAD:file")
            let other = try repository.git(
                ["hash-object", "-w", "--stdin"], input: Array("what was put in its place".utf8))
            let objects = repository.gitFolder.appendingPathComponent("objects")
            let place = objects.appendingPathComponent("\(id.prefix(2))/\(id.dropFirst(2))")
            try FileManager.default.removeItem(at: place)
            try FileManager.default.copyItem(
                at: objects.appendingPathComponent("\(other.prefix(2))/\(other.dropFirst(2))"), to: place)
            let path = try #require(TreePath("file".utf8))
            await #expect(throws: TreeError.corrupt(path, reason: "its content does not have this hash")) {
                try await tree.read(path, limit: 100)
            }
        }
    }

    @Test func `Git that cannot be started is an error for everyone who waits`() async throws {
        let environment = GitEnvironment(executable: "/nonexistent/git")
        let database = ObjectDatabase(repository: "/nonexistent", environment: environment, threads: .singleton)
        let id = try #require(GitID(hex: String(repeating: "1", count: 40)))
        await #expect(throws: ObjectError.self) { try await database.read(id, limit: 10) }
        database.close()
        await #expect(throws: ObjectError.unavailable(reason: "the mirror is closed")) { try await database.info(id) }
    }

    private func withRepository(
        _ body: (GitFixture, ObjectDatabase) async throws -> Void
    ) async throws {
        try await withScratchFolder { scratch in
            let repository = try GitFixture(at: scratch.appendingPathComponent("repository"))
            let database = ObjectDatabase(of: repository)
            defer { database.close() }
            try await body(repository, database)
        }
    }
}
