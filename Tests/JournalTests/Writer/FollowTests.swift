// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import TestSupport
import Testing

@Suite struct FollowTests {
    @Test("A follower sees what was, what comes, and the end", .timeLimit(.minutes(15)), arguments: StoreKind.allCases)
    func follow(kind: StoreKind) async throws {
        try await kind.with { store in
            let journal = try await Journal.open(store, clock: stillClock)
            try await journal.append((0..<5).map(sampleDraft))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    var seen: [UInt64] = []
                    for try await event in journal.follow(after: 2) {
                        seen.append(event.id.sequence)
                        if seen.count == 698 { break }
                    }
                    #expect(seen == Array(3...700))
                }
                for index in 5..<700 { try await journal.append(sampleDraft(index), durability: .relaxed) }
                try await group.waitForAll()
            }
        }
    }

    @Test("A follower of one unit is not woken into work by the others", .timeLimit(.minutes(15)))
    func filtered() async throws {
        let journal = try await memoryJournal()
        let feed = journal.follow(EventFilter(unit: unit("api")), after: 0)
        try await withThrowingTaskGroup(of: [UInt64].self) { group in
            group.addTask {
                var seen: [UInt64] = []
                for try await event in feed {
                    seen.append(event.id.sequence)
                    if seen.count == 2 { break }
                }
                return seen
            }
            for index in 0..<100 {
                var draft = sampleDraft(index)
                if index == 40 || index == 80 { draft.unit = unit("api") }
                try await journal.append(draft)
            }
            #expect(try await group.next() == [41, 81])
        }
    }

    @Test("Cancelling ends a follower that waits", .timeLimit(.minutes(15))) func cancel() async throws {
        let journal = try await memoryJournal()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    var count = 0
                    for try await _ in journal.follow(after: 0) { count += 1 }
                    return count
                }
            }
            try await journal.append(sampleDraft(0))
            group.cancelAll()
            for try await count in group { #expect(count <= 1) }
        }
    }

    @Test("Closing ends followers", .timeLimit(.minutes(15))) func close() async throws {
        let journal = try await memoryJournal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for try await _ in journal.follow(after: 0) {} }
            try await journal.close()
            try await group.waitForAll()
        }
    }
}
