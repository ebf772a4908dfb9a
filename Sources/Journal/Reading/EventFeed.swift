// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// Events as they come. The reader pulls pages from the store when it asks for more; the writer only tells it how far
/// the journal has come. A slow reader costs nothing but its own place.
package struct EventFeed: AsyncSequence, Sendable {
    package typealias Element = Event
    package typealias Failure = JournalError

    let journal: Journal
    let filter: EventFilter
    let after: UInt64

    init(journal: Journal, filter: EventFilter, after sequence: UInt64) {
        self.journal = journal
        self.filter = filter
        after = sequence
    }

    package func makeAsyncIterator() -> Iterator { Iterator(journal: journal, filter: filter, after: after) }

    package struct Iterator: AsyncIteratorProtocol {
        /// Events held at a time.
        private static let pageSize = 256

        private let journal: Journal
        private var filter: EventFilter
        private var page: ArraySlice<Event> = []

        init(journal: Journal, filter: EventFilter, after: UInt64) {
            self.journal = journal
            self.filter = filter
            self.filter.after = after
            self.filter.before = nil
            self.filter.order = .oldestFirst
            self.filter.limit = Self.pageSize
        }

        package mutating func next() async throws(JournalError) -> Event? {
            try await next(isolation: #isolation)
        }

        package mutating func next(
            isolation actor: isolated (any _Concurrency.Actor)?
        ) async throws(JournalError) -> Event? {
            while page.isEmpty {
                if Task.isCancelled { return nil }
                let newest = journal.watermark.newest
                if filter.after < newest {
                    // What does not match up to here is not looked at again.
                    filter.before = newest &+ 1
                    page = try await journal.events(filter)[...]
                    filter.after = page.count == Self.pageSize ? page.last?.id.sequence ?? newest : newest
                } else if journal.watermark.isFinished {
                    return nil
                } else {
                    await journal.watermark.wait(past: newest)
                }
            }
            return page.popFirst()
        }
    }
}
