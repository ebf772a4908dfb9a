// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import Testing

@Suite struct ErasureTests {
    private func journal(_ retained: Retained) throws -> [Record] {
        let records = try sampleRecords(5)
        var chain = Chain(
            writer: "00112233445566778899aabbccddeeff", incarnation: 1, head: try head(of: records))
        let draft = EventDraft(kind: .retained, payload: retained.value)
        return records + [try chain.extend(with: PreparedEvent(draft), at: Time(nanoseconds: 0)).0]
    }

    @Test("Erased payloads that an event answers for are counted, not held against the journal")
    func accounted() throws {
        var records = try journal(Retained(through: 3, sequences: [5], reason: "older than 90 days"))
        for index in [0, 1, 2, 4] { records[index].payload = nil }
        let report = verify(records)
        #expect(report.findings == [])
        #expect(report.erased == 4)
        #expect(report.remarks == ["4 payloads were erased, as an event says"])
    }

    @Test("A payload that is gone without a word is found") func unaccounted() throws {
        var records = try journal(Retained(through: 2, reason: "older than 90 days"))
        for index in [0, 1, 3] { records[index].payload = nil }
        let report = verify(records)
        #expect(report.findings == [.payloadsMissing(4...4)])
        #expect(report.erased == 2)
    }

    @Test("Nothing is erased in the name of an event whose own payload is gone") func selfErased() throws {
        var records = try journal(Retained(through: 6, reason: "none"))
        for index in records.indices { records[index].payload = nil }
        #expect(verify(records).findings == [.payloadsMissing(1...6)])
    }

    @Test("A payload is a map without secrets") func payloads() {
        for payload: Value in ["text", .null, [1], ["a": [.secret(Secret("canary"))]]] {
            #expect(throws: JournalError.self) {
                try PreparedEvent(EventDraft(kind: .rendered, payload: payload))
            }
        }
    }

    @Test("Equal payloads have different commitments, so that none can be guessed") func salted() throws {
        let draft = EventDraft(kind: .rendered, payload: ["a": 1])
        #expect(try PreparedEvent(draft).commitment != PreparedEvent(draft).commitment)
    }
}
