// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

extension JournalOperations {
    /// All events of some kinds, as far as the journal goes back, oldest first: for folds over kinds that are few.
    package func events(ofAll kinds: [EventKind]) async throws(APIError) -> [EventView] {
        var events: [EventView] = []
        var filter = EventFilter(kinds: kinds, start: .after(0), limit: EventFilter.limits.upperBound)
        while true {
            let page = try await self.events(filter)
            events += page.events
            guard page.events.count == filter.limit else { return events }
            filter.start = .after(page.next)
        }
    }
}
