// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Model

/// What was found in the journal, newest first.
package struct ActivityFound: Sendable {
    package var events: [EventView]
    /// Where the search goes on; `nil` when there is nothing older.
    package var before: UInt64?
    /// It was broken off although there may be more to find, at an event of this time.
    package var stoppedAt: Time?

    package init(events: [EventView], before: UInt64? = nil, stoppedAt: Time? = nil) {
        self.events = events
        self.before = before
        self.stoppedAt = stoppedAt
    }
}

/// Looks for events from the newest on. The engine filters by fields; words are looked for here, page by page.
package struct ActivitySearch: Sendable {
    package let query: ActivityQuery

    static let shown = 100
    /// Events that are looked at for one answer, at most.
    private let budget: Int
    private static let stride = 1000

    package init(_ query: ActivityQuery, budget: Int = 20_000) {
        self.query = query
        self.budget = budget
    }

    package func look(_ operations: any Operations) async throws(APIError) -> ActivityFound {
        let search = EventSearch(query.words)
        var filter = query.filter
        filter.limit = query.words.isEmpty ? Self.shown : Self.stride
        var found: [EventView] = []
        var looked = 0
        while true {
            let page = try await operations.events(filter)
            for view in page.events.reversed() where query.words.isEmpty || search.finds(view) {
                found.append(view)
                if found.count == Self.shown { return ActivityFound(events: found, before: view.event.id.sequence) }
            }
            looked += page.events.count
            if let before = page.before {
                return ActivityFound(events: found, before: before, stoppedAt: page.events.first?.event.time)
            }
            guard page.events.count == filter.limit, let oldest = page.events.first?.event else {
                return ActivityFound(events: found)
            }
            filter.before = oldest.id.sequence
            if looked >= budget {
                return ActivityFound(events: found, before: oldest.id.sequence, stoppedAt: oldest.time)
            }
        }
    }

    /// The lines of an export from a place in the journal on, oldest first, and where it goes on; `nil` at the end.
    package func lines(after sequence: UInt64, _ operations: any Operations) async throws(APIError) -> Lines {
        let search = EventSearch(query.words)
        var filter = query.filter
        filter.start = .after(sequence)
        filter.limit = Self.stride
        let page = try await operations.events(filter)
        let wanted = page.events.filter { query.words.isEmpty || search.finds($0) }
        return Lines(
            events: wanted, next: page.events.count == filter.limit ? page.events.last?.event.id.sequence : nil)
    }

    package struct Lines: Sendable {
        package var events: [EventView]
        package var next: UInt64?
    }
}
