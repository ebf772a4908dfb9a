// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import TestSupport
import Testing

@Suite struct ReadingTests {
    @Test("Pages in both directions come to the same events") func pages() async throws {
        let journal = try await memoryJournal()
        let all = try await journal.append((0..<25).map(sampleDraft))
        var forward: [Event] = []
        while true {
            let page = try await journal.events(EventFilter(after: forward.last?.id.sequence ?? 0, limit: 7))
            forward += page
            if page.count < 7 { break }
        }
        #expect(forward == all)
        var backward: [Event] = []
        while true {
            let page = try await journal.events(
                EventFilter(before: backward.last?.id.sequence, order: .newestFirst, limit: 7))
            backward += page
            if page.count < 7 { break }
        }
        #expect(backward == all.reversed())
        #expect(try await journal.event(9) == all[8])
        #expect(try await journal.event(0) == nil)
        #expect(try await journal.event(26) == nil)
    }

    @Test("Events are filtered by unit, source and kind") func filters() async throws {
        let journal = try await memoryJournal()
        let all = try await journal.append((0..<24).map(sampleDraft))
        #expect(try await journal.events(EventFilter(unit: unit("web"))) == all.filter { $0.unit == unit("web") })
        #expect(try await journal.events(EventFilter(source: name("shop"))) == all.filter { $0.draft.source != nil })
        #expect(
            try await journal.events(EventFilter(kinds: [.intent, .planned]))
                == all.filter { [.intent, .planned].contains($0.kind) })
    }

    @Test("Events of kinds that only a later version knows are left out, and pages stay full")
    func unknownKinds() async throws {
        var records = try sampleRecords(4)
        for index in 4..<8 {
            var header = try EventHeader(decoding: records[index - 1].header)
            header.id.sequence += 1
            header.previous = records[index - 1].hash
            header.kind = index < 6 ? "fromTheFuture" : "healed"
            records.append(Record(header: header, payload: try #require(records[index - 1].payload)))
        }
        let journal = try await Journal.open(MemoryJournalStore(records: records), clock: stillClock)
        #expect(verify(records).isIntact)
        #expect(try await journal.events(EventFilter(limit: 5)).map(\.id.sequence) == [1, 2, 3, 4, 7])
        #expect(try await journal.events().count == 6)
        let counts = try await journal.project(EventCounts.self)
        #expect(counts.sequence == 8)
        #expect(counts.fold.counts[.healed] == 2)
    }

    @Test("A changed event is not handed out") func changed() async throws {
        for change in 0..<3 {
            var records = try sampleRecords(3)
            switch change {
            case 0: records[1].payload?.bytes[1] ^= 1
            case 1: records[1].header[40] ^= 1
            default: records[1].label.sequence = 7
            }
            let journal = try await Journal.open(MemoryJournalStore(records: records), clock: stillClock)
            let error = await #expect(throws: JournalError.self) { try await journal.events() }
            #expect(error?.code == .damaged)
        }
    }

    @Test("An erased payload reads as null") func erased() async throws {
        let journal = try await memoryJournal()
        try await journal.append((0..<3).map(sampleDraft))
        try await journal.erase([2], reason: "asked for", carrying: [], by: Actor("user:alice"))
        let events = try await journal.events()
        #expect(events.map(\.isErased) == [false, true, false, false])
        #expect(events[3].payload(as: Retained.self)?.sequences == [2])
        #expect(events[3].actor == Actor("user:alice"))
    }
}
