// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import TestSupport
import Testing

/// `trimtab audit` on the journal of real syncs, and on what was made of it.
@Suite struct AuditCommandTests {
    /// Two syncs, a checkpoint after each, and an export of the whole.
    private func withHistory(_ name: String = #function, _ body: (TrialSite) async throws -> Void) async throws {
        try await TrialSite.with(name) { site in
            try await site.deploy("one")
            try site.write(await site.trimtab("audit", "checkpoint").output, to: "early.json")
            try await site.deploy("two")
            try site.write(await site.trimtab("audit", "checkpoint").output, to: "late.json")
            try site.write(await site.trimtab("audit", "export").output, to: "export.jsonl")
            try await body(site)
        }
    }

    @Test func `a journal and its export extend an earlier checkpoint`() async throws {
        try await withHistory { site in
            let state = await site.trimtab("audit", "verify", "--against", "early.json")
            #expect(state.status == .success)
            #expect(state.output.hasPrefix("intact: "))
            #expect(state.output.contains("it extends the checkpoint of "))
            let export = await site.trimtab(
                "audit", "verify", "--export", "export.jsonl", "--checkpoint", "early.json", "--checkpoint",
                "late.json", "--output", "json")
            #expect(export.status == .success)
            #expect(try export.value["intact"] == true)
            #expect(try export.value["remarks"]?.arrayValue?.count == 2)
            let events = try export.value["events"]?.intValue
            #expect(try site.read("export.jsonl").split(separator: "\n").count == events.map { Int($0) + 2 })
        }
    }

    /// What is done to the database, and what is said of it against a checkpoint that was kept elsewhere.
    @Test(arguments: [
        ("UPDATE event SET payload = x'7b7d' WHERE sequence = 3", "payloadAltered", 3),
        ("UPDATE event SET header = (SELECT header FROM event WHERE sequence = 4) WHERE sequence = 3", "altered", 3),
        ("UPDATE event SET hash = zeroblob(32) WHERE sequence = 3", "altered", 3),
        ("UPDATE event SET kind = 'healed' WHERE sequence = 3", "misfiled", 3),
        ("UPDATE event SET time = time - 1 WHERE sequence = 3", "misfiled", 3),
        ("UPDATE event SET salt = NULL, payload = NULL WHERE sequence = 3", "payloadsMissing", 3),
        ("DELETE FROM event WHERE sequence = 3", "gap", 3),
        ("DELETE FROM event WHERE sequence < 3", "gap", 1),
        ("DELETE FROM event WHERE sequence > 4", "truncated", 5),
    ])
    func `a changed database is found out by its first broken event`(
        statement: String, finding: String, sequence: Int64
    ) async throws {
        try await withHistory { site in
            try Forgery.execute(statement, on: site.state + "/journal.db")
            try FileManager.default.removeItem(atPath: site.state + "/journal.checkpoint")
            let run = await site.trimtab("audit", "verify", "--against", "late.json", "--output", "json")
            #expect(run.status == .broken)
            let first = try run.value["findings"]?.arrayValue?.first
            #expect(first?["finding"]?.stringValue == Text(finding))
            #expect(first?["sequence"]?.intValue == sequence)
        }
    }

    @Test func `a rewritten history holds by itself, and is a fork to who kept a checkpoint`() async throws {
        try await withHistory { site in
            try await Forgery.rewrite(site.state + "/journal.db", after: 3)
            let beside = await site.trimtab("audit", "verify")
            #expect(beside.status == .broken)
            #expect(beside.output.contains("the journal is not the one that the checkpoint of "))
            try FileManager.default.removeItem(atPath: site.state + "/journal.checkpoint")
            #expect(await site.trimtab("audit", "verify").status == .success)
            let run = await site.trimtab("audit", "verify", "--against", "late.json", "--output", "json")
            #expect(run.status == .broken)
            #expect(try run.value["findings"]?.arrayValue?.map { $0["finding"] } == ["forked"])
            try site.write(await site.trimtab("audit", "export").output, to: "forged.jsonl")
            let forged = await site.trimtab("audit", "verify", "--export", "forged.jsonl", "--against", "late.json")
            #expect(forged.status == .broken)
            #expect(forged.output.contains("was rewritten"))
        }
    }

    @Test func `a database that is cut, emptied or gone is broken, not unknown`() async throws {
        try await withHistory { site in
            let path = site.state + "/journal.db"
            let whole = try Data(contentsOf: URL(filePath: path))
            for size in [whole.count / 2, 100, 0] {
                try whole.prefix(size).write(to: URL(filePath: path))
                #expect(await site.trimtab("audit", "verify").status == .broken, "cut to \(size) bytes")
            }
            try FileManager.default.removeItem(atPath: path)
            let gone = await site.trimtab("audit", "verify")
            #expect(gone.status == .broken)
            #expect(gone.output.contains("are gone from the end"))
        }
    }

    enum Edit: String, CaseIterable {
        case payload, line, swap, tail, header, last
    }

    @Test(arguments: Edit.allCases)
    func `a changed export is found out by its first broken event`(edit: Edit) async throws {
        try await withHistory { site in
            var lines = try site.read("export.jsonl").split(separator: "\n").map(String.init)
            let expected: (finding: String, sequence: Int64)
            switch edit {
            case .payload:
                lines[3] = lines[3].replacing("dev", with: "vvv").replacing("prod", with: "vvvv")
                expected = ("misfiled", 3)
            case .line:
                lines.remove(at: 3)
                expected = ("gap", 3)
            case .swap:
                lines.swapAt(3, 4)
                expected = ("gap", 3)
            case .tail:
                lines.removeLast(3)
                expected = ("cutShort", Int64(lines.count))
            case .header:
                lines[3] = lines[3].replacing(#""header":"01"#, with: #""header":"02"#)
                expected = ("unreadable", 3)
            case .last:
                lines.removeLast(2)
                lines.append(#"{"events":1,"head":null}"#)
                expected = ("cutShort", Int64(lines.count - 1))
            }
            try site.write(lines.map { $0 + "\n" }.joined(), to: "export.jsonl")
            let run = await site.trimtab("audit", "verify", "--export", "export.jsonl", "--output", "json")
            #expect(run.status == .broken)
            let first = try run.value["findings"]?.arrayValue?.first
            #expect(first?["finding"]?.stringValue == Text(expected.finding))
            #expect(first?["sequence"]?.intValue == expected.sequence)
        }
    }

    @Test func `an export that ends cleanly too early is a truncation to who kept a checkpoint`() async throws {
        try await withHistory { site in
            try Forgery.execute("DELETE FROM event WHERE sequence > 5", on: site.state + "/journal.db")
            try site.write(await site.trimtab("audit", "export").output, to: "short.jsonl")
            #expect(await site.trimtab("audit", "verify", "--export", "short.jsonl").status == .success)
            let run = await site.trimtab("audit", "verify", "--export", "short.jsonl", "--against", "late.json")
            #expect(run.status == .broken)
            #expect(run.output.contains("gone from the end"))
        }
    }

    @Test func `the log of a state folder is read without its fleet`() async throws {
        try await withHistory { site in
            try FileManager.default.removeItem(at: site.folder.appending(path: "fleet"))
            let run = await site.trimtab("log", "web@dev", "--kind", "syncEnded", "--output", "json")
            #expect(run.status == .success)
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 2)
            for line in lines {
                #expect(try JSON.read(Array(line.utf8))["unit"] == "example/web@dev")
            }
            let project = await site.trimtab("log", "--project", "site", "--kind", "syncEnded")
            #expect(project.output.split(separator: "\n").count == 4)
            let other = await site.trimtab("log", "--project", "other")
            #expect(other.output.isEmpty)
            let none = await site.trimtab("log", "--state", site.folder.path + "/none")
            #expect(none.status == .notFound)
        }
    }
}
