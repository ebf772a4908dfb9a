// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Journal
import Manifest
import Model
import TestSupport
import Testing

@Suite struct AuditTests {
    @Test("The journal of a state folder verifies against its checkpoints, while it is open and after")
    func folder() async throws {
        try await withScratchFolder { folder in
            let journal = try await Journal.open(folder: folder.path, clock: stillClock)
            try await journal.append((0..<20).map(sampleDraft))
            let early = try await journal.checkpoint()
            try await journal.append((0..<5).map(sampleDraft))
            let open = try await Audit.verify(folder: folder.path, against: [early])
            #expect(open.findings == [])
            #expect(open.events == 25)
            try await journal.close()
            let closed = try await Audit.verify(folder: folder.path, against: [early], trusting: [early.key])
            #expect(closed.findings == [])
            // The one given, and the one kept at the end.
            #expect(closed.extends.map(\.size) == [20, 25])
        }
    }

    @Test("A checkpoint with a wrong signature or an unknown key proves nothing") func signatures() async throws {
        let records = try sampleRecords(5)
        let key = SigningKey()
        let head = try head(of: records)
        let writer: Text = "00112233445566778899aabbccddeeff"
        let good = try key.checkpoint(writer: writer, incarnation: 1, head: head, time: Time(nanoseconds: 5))
        var forged = good
        forged.size = 4
        let store = MemoryJournalStore(writer: writer, records: records)
        let report = try await Audit.verify(store, against: [good, forged], trusting: [key.publicKey])
        #expect(report.findings == [.badSignature(forged)])
        #expect(report.extends == [good])
        let stranger = try await Audit.verify(store, against: [good], trusting: [SigningKey().publicKey])
        #expect(stranger.findings == [.badSignature(good)])
    }

    @Test("A checkpoint is a small JSON file that reads back, and nothing else does") func json() throws {
        let checkpoint = try SigningKey().checkpoint(
            writer: "ab", incarnation: 3, head: try head(of: sampleRecords(2)), time: Time(nanoseconds: 1_500_000_000))
        let again = try Checkpoint(json: checkpoint.json, file: "c")
        #expect(again == checkpoint)
        #expect(again.isSigned())
        #expect(again.time.description == "1970-01-01T00:00:01.500Z")
        for index in checkpoint.json.indices {
            var bytes = checkpoint.json
            bytes[index] ^= 1
            if let read = try? Checkpoint(json: bytes, file: "c"), read != checkpoint { #expect(!read.isSigned()) }
        }
        let extra = Text(utf8: checkpoint.json)?.string.replacing("{", with: "{\"more\": 1,", maxReplacements: 1)
        #expect(throws: ReadingError.self) { try Checkpoint(json: Array((extra ?? "").utf8), file: "c") }
    }

    @Test("An export verifies as the journal does, without it") func export() async throws {
        try await withScratchFolder { folder in
            let records = try sampleRecords(700)
            let store = MemoryJournalStore(writer: "00112233445566778899aabbccddeeff", records: records)
            try await store.append(Batch(records: [], erasure: Erasure(sequences: [3]), durability: .full))
            let path = folder.path + "/export.jsonl"
            try await writeExport(of: store, to: path)
            let key = SigningKey()
            let early = try key.checkpoint(
                writer: store.writer, incarnation: 1, head: head(of: records.prefix(600)), time: Time(nanoseconds: 0))
            let report = try await Audit.verify(export: path, against: [early])
            #expect(report.findings == [.payloadsMissing(3...3)])
            #expect(report.extends == [early])
            #expect(report.events == 700)
            #expect(try await report == Audit.verify(store, against: [early]))
        }
    }

    /// Every byte of a small export, changed, and one of: changed in case, removed, followed by a space.
    @Test("Every changed byte of an export is found") func everyByte() async throws {
        try await withScratchFolder { folder in
            let store = MemoryJournalStore(
                writer: "00112233445566778899aabbccddeeff", records: try sampleRecords(2))
            let path = folder.path + "/export.jsonl"
            try await writeExport(of: store, to: path)
            let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
            var missed: [Int] = []
            for index in bytes.indices {
                for change in [0, 1 + index % 3] {
                    var changed = bytes
                    switch change {
                    case 0: changed[index] ^= 0x01
                    case 1: changed[index] ^= 0x20
                    case 2: changed.remove(at: index)
                    default: changed.insert(UInt8(ascii: " "), at: index)
                    }
                    try Data(changed).write(to: URL(fileURLWithPath: path))
                    if await (try? Audit.verify(export: path))?.isIntact == true { missed.append(index) }
                }
            }
            #expect(missed == [])
            for length in 0..<bytes.count {
                try Data(bytes.prefix(length)).write(to: URL(fileURLWithPath: path))
                let report = try? await Audit.verify(export: path)
                if report?.isIntact == true { Issue.record("a cut at byte \(length) was not found") }
            }
            print("export: \(bytes.count * 3) changes tried")
        }
    }

    @Test("An event that cannot be read is named, and the rest is verified") func unreadable() async throws {
        var records = try sampleRecords(9)
        records[4].header = [9, 9]
        let report = try await Audit.verify(MemoryJournalStore(records: records))
        #expect(
            report.findings
                == [.unreadable(5, reason: "has the unknown version 9"), .altered(5)].filter {
                    $0.name == "unreadable"
                })
    }

    @Test("Findings are sentences that name the event") func words() throws {
        var records = try sampleRecords(4)
        records[1].payload?.bytes[0] ^= 1
        let report = verify(records, checkpoints: [checkpoint(try sampleRecords(6))])
        #expect(
            report.findings.map(\.description) == [
                "the payload of event 2 was changed after it was written",
                "events 5 to 6 are gone from the end: the checkpoint of 1970-01-01T00:00:00.000Z (6 events) saw them",
            ])
        #expect(report.findings.map(\.name) == ["payloadAltered", "truncated"])
        #expect(report.firstBroken?.sequence == 2)
    }

    @Test("A journal that is gone is missed by the checkpoint beside it") func gone() async throws {
        try await withScratchFolder { folder in
            let journal = try await Journal.open(folder: folder.path, clock: stillClock)
            try await journal.append((0..<3).map(sampleDraft))
            try await journal.close()
            for suffix in ["", "-wal", "-shm"] {
                try FileManager.default.removeItem(atPath: folder.path + "/journal.db" + suffix)
            }
            let report = try await Audit.verify(folder: folder.path)
            #expect(report.findings.map(\.name) == ["truncated"])
            try FileManager.default.removeItem(atPath: folder.path + "/journal.checkpoint")
            let error = await #expect(throws: JournalError.self) { try await Audit.verify(folder: folder.path) }
            #expect(error?.code == .missing)
        }
    }
}

func writeExport(of store: any JournalStore, to path: String) async throws {
    var bytes: [UInt8] = []
    try await Audit.export(store) { bytes += $0 }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}
