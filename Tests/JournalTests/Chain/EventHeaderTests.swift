// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import Testing

@Suite struct EventHeaderTests {
    private let header = EventHeader(
        id: EventID(writer: "ab", incarnation: 2, sequence: 3), time: Time(nanoseconds: -1), kind: "intent",
        unit: "acme/web@host", source: nil, actor: "é", commitment: Digest(of: [1]), previous: Digest(of: [2]))

    @Test("The stored form is the documented one") func form() {
        let expected =
            "01" + "00026162" + "00000002" + "0000000000000003" + "ffffffffffffffff" + "0006696e74656e74"
            + "000d61636d652f77656240686f7374" + "0000" + "0002c3a9" + Digest(of: [1]).hex + Digest(of: [2]).hex
        #expect(Hex.encode(header.encoded) == expected)
    }

    @Test("What is written is read back") func roundTrip() throws {
        #expect(try EventHeader(decoding: header.encoded) == header)
    }

    @Test("Every cut and every addition is refused") func cuts() {
        let bytes = header.encoded
        for length in 0..<bytes.count {
            #expect(throws: HeaderError.self) { try EventHeader(decoding: Array(bytes.prefix(length))) }
        }
        #expect(throws: HeaderError.self) { try EventHeader(decoding: bytes + [0]) }
    }

    @Test("A later version is refused by its number") func version() {
        var bytes = header.encoded
        bytes[0] = 2
        #expect(throws: HeaderError(reason: "has the unknown version 2")) { try EventHeader(decoding: bytes) }
    }

    @Test("Bytes changed at random never crash the reader, and have one reading at most") func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var bytes = header.encoded
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            if let read = try? EventHeader(decoding: bytes) { #expect(read.encoded == bytes) }
        }
    }

    @Test("A long actor is cut at the end of a character") func longActor() throws {
        var chain = Chain(writer: "ab", incarnation: 1, head: nil)
        let actor = Actor(Text("x" + String(repeating: "é", count: 600)))
        let draft = EventDraft(kind: .rendered, actor: actor, payload: [:])
        let (record, event) = try chain.extend(with: PreparedEvent(draft), at: Time(nanoseconds: 0))
        #expect(event.actor.text.utf8.count == 1023)
        #expect(try EventHeader(decoding: record.header).actor == event.actor.text)
    }

    @Test(
        "Text is cut before a character that does not fit",
        arguments: [(0, ""), (1, "a"), (2, "a"), (3, "aé"), (4, "aé"), (6, "aé"), (7, "aé😀"), (100, "aé😀")])
    func prefix(limit: Int, expected: String) {
        #expect(("aé😀" as Text).prefix(bytes: limit).string == expected)
    }
}
