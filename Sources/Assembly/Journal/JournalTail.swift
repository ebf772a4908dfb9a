// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Algorithms
import API
import Journal
import Manifest
import Model

/// The newest events of a journal, read from its store once for all who follow it.
actor JournalTail {
    private let journal: Journal
    private let capacity: Int
    /// About how many bytes of payloads are kept: a single event may name every object of a large unit.
    private let room: Int
    private var weight = 0
    /// What comes behind `base`, without a gap.
    private var events: [EventView] = []
    private var base: UInt64 = 0
    private var end: UInt64 = 0
    private var reading: Task<Void, Never>?
    /// The last pages that were given out: those who follow the journal together ask for the same.
    private var pages: [[EventView]] = []
    /// How often the store was asked, and how often a page was made.
    private(set) var reads = 0
    private(set) var made = 0

    /// - Parameter capacity: so many of the newest events are there at the least, and a quarter more at the most.
    init(_ journal: Journal, capacity: Int = 2048, room: Int = 16 << 20) {
        self.journal = journal
        self.capacity = capacity
        self.room = room
    }

    /// Those behind `start`, up to `newest`; `nil` for what lies too far back, or could not be read: the store is asked.
    func events(after start: UInt64, through newest: UInt64) async -> ArraySlice<EventView>? {
        guard start >= newest || newest - start <= capacity else { return nil }
        if newest > end {
            // One who is far behind would have everybody wait for what nobody else wants.
            if events.isEmpty || newest - end > capacity { forget(through: max(end, start)) }
            while newest > end {
                let reached = end
                await (reading ?? read(through: newest)).value
                if end == reached { return nil }
            }
        }
        guard start >= base, newest <= end else { return nil }
        let first = events.partitioningIndex { $0.event.id.sequence > start }
        let last = events.partitioningIndex { $0.event.id.sequence > newest }
        return events[first..<max(first, last)]
    }

    /// The first of all of those events, one array for all who ask for the same.
    func page(after start: UInt64, through newest: UInt64, limit: Int) async -> [EventView]? {
        guard let found = await events(after: start, through: newest)?.prefix(limit) else { return nil }
        guard let first = found.first?.event.id, let last = found.last?.event.id else { return [] }
        let known = pages.first { page in
            page.count == found.count && page.first?.event.id == first && page.last?.event.id == last
        }
        if let known { return known }
        made += 1
        if pages.count == 4 { pages.removeFirst() }
        let page = Array(found)
        pages.append(page)
        return page
    }

    private func forget(through sequence: UInt64) {
        guard reading == nil else { return }
        (events, pages, weight) = ([], [], 0)
        (base, end) = (sequence, sequence)
    }

    /// Goes on when the one who asked first is gone: others wait for it.
    private func read(through newest: UInt64) -> Task<Void, Never> {
        let task = Task {
            defer { reading = nil }
            while end < newest {
                let filter = JournalFilter(after: end, before: newest &+ 1, limit: capacity)
                guard let page = try? await journal.events(filter), let last = page.last else { return }
                reads += 1
                for event in page { append(EventView(event)) }
                end = page.count == capacity ? last.id.sequence : newest
            }
        }
        reading = task
        return task
    }

    private func append(_ view: EventView) {
        // What it has erased must not be told from here.
        if view.event.kind == .retained {
            (events, pages, weight) = ([], [], 0)
            base = view.event.id.sequence &- 1
        }
        events.append(view)
        weight += view.event.payload.weight
        if events.count >= capacity + max(1, capacity / 4) { drop(events.count - capacity) }
        // Half of them, so that not every further event moves all of them. The newest stays, whatever it weighs.
        while weight > room, events.count > 1 { drop((events.count + 1) / 2) }
    }

    private func drop(_ count: Int) {
        for view in events.prefix(count) { weight -= view.event.payload.weight }
        events.removeFirst(count)
        base = (events.first?.event.id.sequence ?? base &+ 1) &- 1
    }
}

extension Value {
    /// About what it takes of memory, in bytes.
    fileprivate var weight: Int {
        switch self {
        case .string(let text): 32 + text.utf8.count
        case .array(let items): items.reduce(32) { $0 + $1.weight }
        case .object(let object): object.pairs.reduce(32) { $0 + 32 + $1.key.utf8.count + $1.value.weight }
        default: 32
        }
    }
}
