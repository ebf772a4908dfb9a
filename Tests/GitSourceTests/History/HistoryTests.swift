// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import TestSupport
import Testing

@Suite struct HistoryTests {
    @Test func `Changed paths are those that Git names`() async throws {
        try await Bench.with { bench in
            let origin = bench.origin
            for path in ["same", "gone", "turns/into/folder", "a/b/c", "mode", "a.b/x", "a/d"] {
                try origin.write(path, to: path)
            }
            let old = try origin.commit()
            try origin.remove("gone")
            try origin.remove("turns")
            try origin.write("now a file", to: "turns")
            try origin.write("other", to: "a/b/c")
            try origin.write(Array("mode".utf8), to: "mode", executable: true)
            try origin.write("new", to: "new/deep/file")
            let new = try origin.commit()
            let database = ObjectDatabase(of: origin)
            defer { database.close() }
            let found = try await database.changes(
                from: try await database.commit(old).tree, to: try await database.commit(new).tree)
            let lines = found.changes.map { "\($0.kind.rawValue.prefix(1).uppercased()) \($0.path)" }
            let expected = try origin.git("diff-tree", "-r", "--no-renames", "--name-status", old.hex, new.hex)
                .split(separator: "\n")
                .map { line in
                    let word = line.first == "D" ? "R" : line.first == "M" ? "C" : "A"
                    return word + " " + line.dropFirst(2)
                }
            #expect(Set(lines) == Set(expected) && lines.count == expected.count, "\(lines) \(expected)")
            #expect(!found.isCut)
            let cut = try await database.changes(
                from: nil, to: try await database.commit(new).tree, limit: 2)
            #expect(cut.isCut && cut.changes.count == 2)
        }
    }

    @Test func `The history of a path is that of git log`() async throws {
        try await Bench.with { bench in
            let origin = bench.origin
            var seconds = 1_700_000_000
            func commit(_ message: String) throws -> CommitID {
                seconds += 60
                var fixture = origin
                fixture.variables["GIT_COMMITTER_DATE"] = "\(seconds) +0000"
                return try fixture.commit(message)
            }
            try origin.write("1", to: "app/file")
            _ = try commit("first")
            try origin.write("x", to: "other")
            _ = try commit("elsewhere")
            try origin.git("checkout", "-q", "-b", "side")
            try origin.write("2", to: "app/file")
            _ = try commit("on the side")
            try origin.git("checkout", "-q", "main")
            try origin.write("y", to: "other")
            _ = try commit("elsewhere again")
            try origin.git("merge", "-q", "--no-ff", "-m", "merge", "side")
            try origin.remove("app/file")
            let head = try commit("removed")
            let database = ObjectDatabase(of: origin)
            defer { database.close() }
            let path = try #require(TreePath("app/file".utf8))
            let found = try await database.history(of: [path], from: head)
            let expected = try origin.git("log", "--format=%H", head.hex, "--", "app/file").split(separator: "\n")
            #expect(found.entries.map(\.id.hex) == expected.map(String.init))
            #expect(found.isComplete)
            let cut = try await database.history(of: [path], from: head, limit: 1)
            #expect(cut.entries.map(\.commit.subject) == ["removed"])
            #expect(!cut.isComplete)
            let both = try await database.history(of: [path, try #require(TreePath("other".utf8))], from: head)
            let all = try origin.git("log", "--format=%H", head.hex, "--", "app/file", "other").split(separator: "\n")
            #expect(both.entries.map(\.id.hex) == all.map(String.init))
        }
    }
}
