// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import TestSupport

/// A chain of records with payloads of a few fields, one second apart.
func sampleRecords(
    _ count: Int, writer: Text = "00112233445566778899aabbccddeeff", incarnation: UInt32 = 1, after head: Head? = nil
) throws -> [Record] {
    var chain = Chain(writer: writer, incarnation: incarnation, head: head)
    return try (0..<count).map { index in
        try chain.extend(with: PreparedEvent(sampleDraft(index)), at: Time(nanoseconds: Int64(index) * 1_000_000_000)).0
    }
}

func sampleDraft(_ index: Int) -> EventDraft {
    EventDraft(
        kind: EventKind.allCases[index % 12], unit: index.isMultiple(of: 3) ? nil : unit("web"),
        source: index.isMultiple(of: 4) ? name("shop") : nil,
        actor: index.isMultiple(of: 2) ? .trimtab : Actor("user:ålice"),
        payload: ["number": .number(Number(Int64(index))), "text": "é\n\"quoted\""])
}

func verify(_ records: [Record], checkpoints: [Checkpoint] = []) -> VerificationReport {
    var verifier = ChainVerifier(checkpoints: checkpoints)
    for record in records { verifier.check(record) }
    return verifier.finish()
}

/// An unsigned checkpoint over records.
func checkpoint(_ records: some Sequence<Record>, incarnation: UInt32 = 1) -> Checkpoint {
    var last: Record?
    for record in records { last = record }
    return Checkpoint(
        writer: "00112233445566778899aabbccddeeff", incarnation: incarnation, size: last?.label.sequence ?? 0,
        head: last?.hash ?? EventHeader.genesis, time: Time(nanoseconds: 0), key: [], signature: [])
}

func head(of records: some Sequence<Record>) throws -> Head? {
    var last: Record?
    for record in records { last = record }
    return try last.map { Head(id: try EventHeader(decoding: $0.header).id, hash: $0.hash) }
}
