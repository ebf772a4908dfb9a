// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import Testing

@Suite struct TamperingTests {
    @Test("An untouched journal is intact") func intact() throws {
        let records = try sampleRecords(30)
        let report = verify(records)
        #expect(report.findings == [])
        #expect(report.events == 30)
        #expect(report.head?.id.sequence == 30)
        #expect(report.head?.hash == records.last?.hash)
    }

    @Test("An empty journal is intact") func empty() {
        #expect(verify([]).isIntact)
    }

    /// Every byte of every header, hash, salt and payload, each with each of its bits flipped.
    @Test("Every changed bit is found, at the event that holds it") func everyBit() throws {
        let records = try sampleRecords(5)
        var tried = 0
        for (index, record) in records.enumerated() {
            func expectFound(_ change: (inout Record) throws -> Void) throws {
                var journal = records
                try change(&journal[index])
                tried += 1
                if verify(journal).firstBroken?.sequence != UInt64(index + 1) {
                    Issue.record("a change of event \(index + 1) was not found there")
                }
            }
            let payload = try #require(record.payload)
            for bit in 0..<(record.header.count * 8) {
                try expectFound { $0.header[bit / 8] ^= 1 << (bit % 8) }
            }
            for bit in 0..<256 {
                var bytes = record.hash.bytes
                bytes[bit / 8] ^= 1 << (bit % 8)
                try expectFound { $0.hash = try #require(Digest(bytes: bytes)) }
            }
            for bit in 0..<(payload.salt.count * 8) {
                try expectFound { $0.payload?.salt[bit / 8] ^= 1 << (bit % 8) }
            }
            for bit in 0..<(payload.bytes.count * 8) {
                try expectFound { $0.payload?.bytes[bit / 8] ^= 1 << (bit % 8) }
            }
        }
        print("tampering: \(tried) changed bits, all tried")
    }

    @Test("An event that is filed under something else is found") func misfiled() throws {
        let records = try sampleRecords(5)
        let changes: [(String, (inout Record.Label) -> Void)] = [
            ("kind", { $0.kind = "healed" }), ("unit", { $0.unit = "acme/other@host" }),
            ("source", { $0.source = "other" }), ("time", { $0.time.nanoseconds += 1 }),
        ]
        for (field, change) in changes {
            var journal = records
            change(&journal[2].label)
            #expect(verify(journal).findings == [.misfiled(3, field: field)])
        }
    }

    @Test("A rewritten event is found where the next one names another") func rewritten() throws {
        let records = try sampleRecords(5)
        var header = try EventHeader(decoding: records[2].header)
        header.actor = "user:mallory"
        var journal = records
        journal[2] = Record(header: header, payload: try #require(records[2].payload))
        #expect(verify(journal).findings == [.broken(4)])
    }

    @Test("A removed event is a gap") func gap() throws {
        var journal = try sampleRecords(6)
        journal.removeSubrange(2...3)
        #expect(verify(journal).findings == [.gap(3...4)])
        #expect(verify(Array(journal.dropFirst())).findings == [.gap(1...1), .gap(3...4)])
    }

    @Test("An event that stands there twice is a fork") func duplicate() throws {
        var journal = try sampleRecords(4)
        journal.insert(journal[2], at: 3)
        #expect(verify(journal).findings == [.duplicate(3)])
    }

    @Test("Events of another journal are found") func otherWriter() throws {
        let records = try sampleRecords(3)
        let others = try sampleRecords(2, writer: "ffffffffffffffffffffffffffffffff", after: head(of: records))
        #expect(
            verify(records + others).findings == [.otherWriter(4, writer: "ffffffffffffffffffffffffffffffff")])
    }

    @Test("The findings listed have a limit, the count has none") func limit() throws {
        let journal = try sampleRecords(1000).map { record in
            var record = record
            record.payload?.bytes.append(32)
            return record
        }
        let report = verify(journal)
        #expect(report.findings.count == ChainVerifier.findingLimit)
        #expect(report.unlisted == 900)
    }
}
