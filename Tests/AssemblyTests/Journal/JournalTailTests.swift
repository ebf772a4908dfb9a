// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Journal
import Manifest
import Model
import TestSupport
import Testing

@testable import Assembly

/// Those who follow the journal together read it once, and each sees what they would see alone.
@Suite(.timeLimit(.minutes(2))) struct JournalTailTests {
    private func draft(_ number: Int) -> EventDraft {
        let unit = TestSupport.unit("app-\(number % 7)")
        return number % 3 == 0
            ? Resumed(reason: "r").draft(of: unit, by: Actor("user:ada"))
            : Paused(until: Sample.now, reason: "\(number)").draft(of: unit, by: .trimtab)
    }

    private func withJournal(_ body: @escaping @Sendable (Journal) async throws -> Void) async throws {
        try await withScratchFolder { folder in
            let journal = try await Journal.open(folder: folder.path, clock: { Sample.now })
            try await body(journal)
            try await journal.close()
        }
    }

    @Test(arguments: [16 << 20, 4000])
    func `what a reader sees is the same with and without it`(room: Int) async throws {
        try await withJournal { journal in
            let tail = JournalTail(journal, capacity: 64, room: room)
            let shared = JournalDesk(journal: journal, clocks: .system, tail: tail) { _ in name("shop") }
            let alone = JournalDesk(journal: journal, clocks: .system) { _ in name("shop") }
            for round in 0..<20 {
                _ = try await journal.append((0..<Int.random(in: 1...30)).map { draft(round * 31 + $0) })
                let newest = journal.newest
                for start in [0, newest, newest &- 1, newest - min(newest, 40), newest - min(newest, 70)] {
                    for filter in [
                        API.EventFilter(start: .after(start)), API.EventFilter(start: .after(start), limit: 3),
                        API.EventFilter(kinds: [.resumed], start: .after(start)),
                        API.EventFilter(units: UnitFilter(unit("app-2")), start: .after(start), limit: 2),
                        API.EventFilter(actor: Actor("user:ada"), start: .after(start)),
                        API.EventFilter(since: Sample.now.advanced(by: .seconds(1)), start: .after(start)),
                        API.EventFilter(units: UnitFilter(project: name("shop")), start: .after(start)),
                    ] {
                        let (one, other) = (try await shared.events(filter), try await alone.events(filter))
                        #expect(one == other, "\(filter)")
                    }
                }
            }
        }
    }

    @Test func `many readers cost one look at the store`() async throws {
        try await withJournal { journal in
            let tail = JournalTail(journal)
            let desk = JournalDesk(journal: journal, clocks: .system, tail: tail) { _ in nil }
            let start = journal.newest
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        try await desk.events(API.EventFilter(start: .after(start), wait: .seconds(30))).events.count
                    }
                }
                _ = try await journal.append((0..<50).map(draft))
                for try await count in group { #expect(count > 0) }
            }
            #expect(await tail.reads <= 3)
            #expect(await tail.made <= 3, "all of them hold one page")
        }
    }

    @Test func `what was erased is not told from memory`() async throws {
        try await withJournal { journal in
            let tail = JournalTail(journal)
            let desk = JournalDesk(journal: journal, clocks: .system, tail: tail) { _ in nil }
            let start = journal.newest
            _ = try await journal.append((1..<3).map(draft))
            let before = try await desk.events(API.EventFilter(start: .after(start)))
            #expect(before.events.first?.event.draft.payload["reason"] == "1")
            _ = try await journal.append([EventDraft(kind: .retained, actor: .trimtab, payload: [:])])
            #expect(await tail.events(after: start, through: journal.newest) == nil, "the store is asked")
        }
    }
}
