// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import Testing

/// Going through a journal from its end.
@Suite struct PagingTests {
    @Test func `pages before each other hold every event once, whatever is left out`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            try await site.withDaemon {
                try await site.withOperations { engine in
                    let all = try await engine.events(EventFilter(limit: 1000)).events.map(\.event.id.sequence)
                    #expect(all.count > 6)
                    var (seen, filter): ([UInt64], EventFilter) = ([], EventFilter(limit: 2))
                    while true {
                        let page = try await engine.events(filter).events.map(\.event.id.sequence)
                        seen = page + seen
                        guard page.count == filter.limit else { break }
                        filter.before = page.first
                    }
                    #expect(seen == all)
                    let intents = try await engine.events(EventFilter(kinds: [.outcome], limit: 10)).events
                    let before = try #require(intents.first).event.id.sequence
                    let none = EventFilter(kinds: [.outcome], before: before)
                    #expect(try await engine.events(none).events.isEmpty)
                    let forward = EventFilter(start: .after(1), before: 4)
                    #expect(try await engine.events(forward).events.map(\.event.id.sequence) == [2, 3])
                }
            }
        }
    }
}
