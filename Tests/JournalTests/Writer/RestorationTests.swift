// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Journal
import Manifest
import Model
import TestSupport
import Testing

@Suite struct RestorationTests {
    private func copy(_ folder: URL, _ from: String, _ to: String) throws {
        for suffix in ["", "-wal"] {
            let source = folder.appendingPathComponent(from + suffix)
            let target = folder.appendingPathComponent(to + suffix)
            try? FileManager.default.removeItem(at: target)
            if FileManager.default.fileExists(atPath: source.path) {
                try FileManager.default.copyItem(at: source, to: target)
            }
        }
    }

    private func appended(_ count: Int, in folder: URL) async throws -> [OpeningNote] {
        let journal = try await Journal.open(folder: folder.path, clock: stillClock)
        try await journal.append((0..<count).map(sampleDraft))
        try await journal.close()
        return journal.notes
    }

    @Test("A journal put back from a backup goes on as a new incarnation, and says so") func restored() async throws {
        try await withScratchFolder { folder in
            #expect(try await appended(10, in: folder) == [])
            try copy(folder, "journal.db", "backup.db")
            #expect(try await appended(10, in: folder) == [])
            let late = try await Audit.readCheckpoint(folder.path + "/journal.checkpoint")
            try copy(folder, "backup.db", "journal.db")

            let journal = try await Journal.open(folder: folder.path, clock: stillClock)
            #expect(journal.notes == [.restored(late, last: 10, incarnation: 2)])
            // Closed without an event: the next opening must still know.
            try await journal.close()
            #expect(try await appended(3, in: folder) == [.restored(late, last: 10, incarnation: 2)])
            #expect(try await appended(1, in: folder) == [])

            let report = try await Audit.verify(folder: folder.path)
            #expect(report.findings == [])
            #expect(report.incarnation == 2)
            #expect(report.restarts.map(\.sequence) == [11])
            // Who kept the late checkpoint sees what is gone; it also lies beside the journal.
            let against = try await Audit.verify(folder: folder.path, against: [late])
            #expect(against.findings == [.restored(late, from: 11)])
            #expect(try await Audit.readCheckpoint(folder.path + "/journal.checkpoint.1-20") == late)
        }
    }

    @Test("A lost journal begins anew under its name") func lost() async throws {
        try await withScratchFolder { folder in
            _ = try await appended(10, in: folder)
            let kept = try await Audit.readCheckpoint(folder.path + "/journal.checkpoint")
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: folder.path + "/journal.db" + suffix)
            }
            #expect(try await appended(2, in: folder) == [.restored(kept, last: 0, incarnation: 2)])
            let report = try await Audit.verify(folder: folder.path)
            #expect(report.isIntact)
            #expect(report.writer == kept.writer)
            #expect(report.incarnation == 2)
        }
    }

    @Test("A checkpoint of another journal, or a broken one, is set aside", arguments: [true, false])
    func setAside(foreign: Bool) async throws {
        try await withScratchFolder { folder in
            _ = try await appended(2, in: folder)
            let path = folder.path + "/journal.checkpoint"
            var name = "journal.checkpoint.unreadable"
            if foreign {
                let other = try SigningKey().checkpoint(
                    writer: WriterID.random(), incarnation: 4, head: try head(of: sampleRecords(9)),
                    time: Time(nanoseconds: 0))
                try Data(other.json).write(to: URL(fileURLWithPath: path))
                name = "journal.checkpoint.4-9"
            } else {
                try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
            }
            #expect(try await appended(1, in: folder).count == 1)
            #expect(FileManager.default.fileExists(atPath: folder.path + "/" + name))
            #expect(try await appended(1, in: folder) == [])
            #expect(try await Audit.verify(folder: folder.path).isIntact)
        }
    }

    @Test("The checkpoint beside the journal is renewed while it runs") func renewed() async throws {
        try await withScratchFolder { folder in
            let journal = try await Journal.open(folder: folder.path, clock: stillClock)
            for _ in 0..<6 { try await journal.append((0..<100).map(sampleDraft), durability: .relaxed) }
            let kept = try await Audit.readCheckpoint(folder.path + "/journal.checkpoint")
            #expect(kept.size >= 300)
            #expect(kept.isSigned())
            try await journal.close()
        }
    }

    @Test("The key is made once and is its owner's alone") func key() async throws {
        try await withScratchFolder { folder in
            let keeper = CheckpointKeeper(folder: folder.path)
            let first = try await keeper.publicKey()
            #expect(try await keeper.publicKey() == first)
            #expect(try fileStates(in: folder)["journal.key"]?.last == 0o600)
            _ = try await appended(1, in: folder)
            for (name, state) in try fileStates(in: folder) { #expect(state.last == 0o600, "\(name)") }
            let kept = try await Audit.readCheckpoint(folder.path + "/journal.checkpoint")
            #expect(kept.key == first)
        }
    }
}
