// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Journal
import Manifest
import Model

/// What people can ask of a journal that this process has opened.
struct JournalDesk: JournalOperations {
    let journal: Journal
    let clocks: Clocks
    /// Shared by all who follow the journal; `nil` for one who asks alone.
    var tail: JournalTail?
    /// Shared by all who ask about the past; `nil` for one who asks alone, and may take as long as it takes.
    var readings: PastReadings?
    /// Whose a unit is, for filters; `nil` when that is not known.
    let project: @Sendable (UnitID) async -> ProjectName?

    /// Events looked at between two answers to "enough?".
    private static let pageSize = 1000

    func events(_ filter: API.EventFilter) async throws(APIError) -> EventPage {
        do {
            guard case .after(let sequence) = filter.start else {
                let page = try await lastPage(filter)
                try await journal.settle()
                return page
            }
            let end = clocks.monotonic().advanced(by: filter.wait)
            var page = try await page(filter, after: sequence)
            // What comes may not be what is asked for.
            while page.events.isEmpty, clocks.monotonic() < end {
                await wait(past: page.next, until: end)
                guard journal.newest > page.next else { break }
                page = try await self.page(filter, after: page.next)
            }
            // Before somebody is told of events, and not before every look that finds none for them: whoever appends
            // waits for the disk meanwhile.
            try await journal.settle()
            return page
        } catch {
            throw APIError(error)
        }
    }

    private func page(_ filter: API.EventFilter, after start: UInt64) async throws(JournalError) -> EventPage {
        // What comes while this reads is for the next page.
        let newest = max(start, journal.newest)
        if filter.isOfAll, let page = await tail?.page(after: start, through: newest, limit: filter.limit) {
            let isFull = page.count == filter.limit
            return EventPage(events: page, next: isFull ? page.last?.event.id.sequence ?? newest : newest)
        }
        if filter.before == nil, let recent = await tail?.events(after: start, through: newest) {
            return await page(filter, of: recent, through: newest)
        }
        var query = JournalFilter(filter, limit: Self.pageSize)
        query.after = start
        query.before = min(newest &+ 1, filter.before ?? .max)
        var found: [EventView] = []
        while true {
            let events = try await journal.events(query)
            for event in events where await matches(event, filter) {
                found.append(EventView(event))
                if found.count == filter.limit { return EventPage(events: found, next: event.id.sequence) }
            }
            guard events.count == Self.pageSize, let last = events.last else { break }
            query.after = last.id.sequence
        }
        return EventPage(events: found, next: newest)
    }

    private func page(
        _ filter: API.EventFilter, of recent: ArraySlice<EventView>, through newest: UInt64
    ) async -> EventPage {
        var found: [EventView] = []
        for view in recent {
            let event = view.event
            guard filter.kinds.isEmpty || filter.kinds.contains(event.kind),
                filter.since.map({ $0 <= event.time }) ?? true,
                filter.until.map({ event.time < $0 }) ?? true, await matches(event, filter)
            else { continue }
            found.append(view)
            if found.count == filter.limit { return EventPage(events: found, next: event.id.sequence) }
        }
        return EventPage(events: found, next: newest)
    }

    private func lastPage(_ filter: API.EventFilter) async throws(JournalError) -> EventPage {
        let newest = journal.newest
        var query = JournalFilter(filter, limit: Self.pageSize)
        if filter.isWhollyOfStore(query) { query.limit = min(query.limit, filter.limit) }
        query.order = .newestFirst
        query.before = min(newest &+ 1, filter.before ?? .max)
        var found: [EventView] = []
        reading: while true {
            let events = try await journal.events(query)
            for event in events where await matches(event, filter) {
                found.append(EventView(event))
                if found.count == filter.limit { break reading }
            }
            guard events.count == query.limit, let last = events.last else { break }
            query.before = last.id.sequence
        }
        return EventPage(events: found.reversed(), next: newest)
    }

    /// What the store does not filter by.
    private func matches(_ event: Event, _ filter: API.EventFilter) async -> Bool {
        if let actor = filter.actor, actor != event.actor { return false }
        if let object = filter.object, !event.payload.names(object) { return false }
        guard !filter.units.patterns.isEmpty || filter.units.project != nil else { return true }
        guard let unit = event.unit else { return false }
        guard filter.units.project != nil else { return filter.units.patterns.contains { $0.matches(unit) } }
        guard let project = await project(unit) else { return false }
        return filter.units.includes(unit, of: project)
    }

    /// Returns when there is more, at the moment, or when the journal is closed.
    private func wait(past sequence: UInt64, until end: Moment) async {
        await withTaskGroup { group in
            group.addTask { await journal.wait(past: sequence) }
            group.addTask { try? await clocks.sleep(end) }
            await group.next()
            group.cancelAll()
        }
    }

    func checkpoint() async throws(APIError) -> CheckpointView {
        do { return CheckpointView(try await journal.checkpoint()) } catch { throw APIError(error) }
    }

    func verify(against view: CheckpointView?) async throws(APIError) -> Verification {
        let checkpoints = try [view].compactMap(\.self).map { view throws(APIError) in try Checkpoint(view) }
        do { return Verification(try await Audit.verify(journal.store, against: checkpoints)) } catch {
            throw APIError(error)
        }
    }
}

extension API.EventFilter {
    /// Whether the store finds exactly what is asked for, so that nobody has to look at more.
    fileprivate func isWhollyOfStore(_ query: JournalFilter) -> Bool {
        actor == nil && object == nil && units.project == nil && (units.patterns.isEmpty || query.unit != nil)
    }

    /// Whether every event behind the start is meant.
    fileprivate var isOfAll: Bool {
        kinds.isEmpty && units == .all && actor == nil && object == nil && since == nil && until == nil && before == nil
    }
}

extension JournalFilter {
    /// What the store can filter by; the rest is for whoever reads the events.
    init(_ filter: API.EventFilter, limit: Int) {
        self.init(kinds: Set(filter.kinds), since: filter.since, until: filter.until, limit: limit)
        guard filter.units.patterns.count == 1, let pattern = filter.units.patterns.first, let fleet = pattern.fleet,
            let application = pattern.application, let target = pattern.target
        else { return }
        unit = UnitID(fleet: fleet, application: application, target: target)
    }
}
