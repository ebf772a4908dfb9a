// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

extension Journal {
    /// One page of events. Fewer than the filter's limit means that there are no more for now; the next page begins
    /// after (or before, the newest first) the sequence of the last one.
    ///
    /// Throws `damaged` where an event is not as it was written: what is decided by a journal must not be decided by
    /// a changed one. Events of kinds that only a later version knows are left out.
    package func events(_ filter: EventFilter = EventFilter()) async throws(JournalError) -> [Event] {
        var query = filter.query
        var events: [Event] = []
        while query.limit > 0 {
            let records = try await store.records(matching: query)
            for record in records {
                if let event = try Event(record) { events.append(event) }
            }
            guard records.count == query.limit, let last = records.last else { break }
            query.limit = filter.query.limit - events.count
            switch query.order {
            case .oldestFirst: query.after = last.label.sequence
            case .newestFirst: query.before = last.label.sequence
            }
        }
        return events
    }

    /// The event with that sequence; `nil` when there is none.
    package func event(_ sequence: UInt64) async throws(JournalError) -> Event? {
        guard sequence > 0 else { return nil }
        let events = try await events(EventFilter(after: sequence - 1, limit: 1))
        return events.first { $0.id.sequence == sequence }
    }

    /// The events that match and come after a sequence, those to come included, until the task is cancelled or the
    /// journal closed. Order, `before` and limit of the filter are not used.
    package func follow(_ filter: EventFilter = EventFilter(), after sequence: UInt64) -> EventFeed {
        EventFeed(journal: self, filter: filter, after: sequence)
    }
}
