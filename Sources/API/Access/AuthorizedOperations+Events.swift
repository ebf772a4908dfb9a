// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

extension AuthorizedOperations {
    /// Only events of units and sources that may be seen; those of the fleet as a whole need a right to read all of it.
    /// From where people act is for auditors.
    package func events(_ filter: EventFilter) async throws(APIError) -> EventPage {
        var page = try await visibleEvents(filter)
        guard await !judge().rights.allowsEverywhere(.audit) else { return page }
        for index in page.events.indices {
            page.events[index].event = page.events[index].event.withoutAddress
            // Of this kind the words say it, too.
            if page.events[index].event.kind == .signedIn {
                page.events[index].summary = Text(page.events[index].event.summary)
            }
        }
        return page
    }

    private func visibleEvents(_ filter: EventFilter) async throws(APIError) -> EventPage {
        var (rest, found): (EventFilter, [EventView]) = (filter, [])
        while true {
            let judge = await judge()
            if judge.rights.allowsEverywhere(.read), found.isEmpty { return try await engine.events(rest) }
            if case .last = filter.start { return try await last(filter, judge) }
            let page = try await engine.events(rest)
            found += judge.shown(of: page.events, filter)
            guard found.count < filter.limit else { return EventPage(first: filter.limit, of: found, next: page.next) }
            // A page that is not full means that there are no more for now.
            guard page.events.count == rest.limit, !Task.isCancelled else {
                return EventPage(events: found, next: page.next)
            }
            // The waiting is done with the first page that had something.
            (rest.start, rest.wait, rest.limit) = (.after(page.next), .zero, max(filter.limit, Self.stride))
        }
    }

    /// Events of others that are read at a time where few may be seen.
    private static let stride = 1000
    /// So many are looked at for older ones, at the most, until enough are found that may be seen.
    private static let furthest = 50_000

    private func last(_ filter: EventFilter, _ judge: Judge) async throws(APIError) -> EventPage {
        var wider = filter
        var (found, looked, next): ([EventView], Int, UInt64?) = ([], 0, nil)
        while true {
            let page = try await engine.events(wider)
            found = judge.shown(of: page.events, filter) + found
            looked += page.events.count
            next = next ?? page.next
            let isWhole = page.events.count < wider.limit || page.events.isEmpty
            guard found.count < filter.limit, !isWhole, !Task.isCancelled else {
                return EventPage(events: Array(found.suffix(filter.limit)), next: next ?? page.next)
            }
            let oldest = page.events.first?.event.id.sequence
            guard looked < Self.furthest else {
                return EventPage(events: found, next: next ?? page.next, before: oldest)
            }
            // Asking for more than is wanted finds as much as is wanted, in a journal that is mostly about others.
            wider.before = oldest
            wider.limit = min(wider.limit * 8, EventFilter.limits.upperBound)
        }
    }

    package func newest() async throws(APIError) -> UInt64 { try await engine.newest() }
}

extension EventPage {
    fileprivate init(first limit: Int, of found: [EventView], next: UInt64) {
        let last = found.count > limit ? found[limit - 1].event.id.sequence : next
        self.init(events: Array(found.prefix(limit)), next: last)
    }
}

extension AuthorizedOperations.Judge {
    fileprivate func shown(of events: [EventView], _ filter: EventFilter) -> [EventView] {
        let isAboutSources = events.contains { $0.event.unit == nil && $0.event.draft.source != nil }
        let sources = isAboutSources ? policy.sources(of: .read, for: rights) : []
        return events.compactMap { view in
            if let unit = view.event.unit { return shows(unit) ? view : nil }
            // Who asks for what retention carried on is told what it says of their units.
            if view.event.kind == .retained { return filter.kinds.contains(.retained) ? ownPart(of: view) : nil }
            return view.event.draft.source.map(sources.contains) ?? false ? view : nil
        }
    }

    private func shows(_ unit: UnitID) -> Bool { rights.allows(.read, on: policy.facts(of: unit)) }

    private func ownPart(of view: EventView) -> EventView {
        var view = view
        view.event.draft.payload = view.event.payload.ofUnits(where: shows)
        return view
    }
}

extension Value {
    /// Of the payload of a retention: the records of some units, and nothing else.
    fileprivate func ofUnits(where isShown: (UnitID) -> Bool) -> Value {
        let records = (self["folds"]?.arrayValue ?? []).compactMap { carried -> Value? in
            guard carried["fold"] == "unitRecords", let state = carried["state"]?.objectValue else { return nil }
            let own = state.pairs.filter { pair in UnitID(parsing: pair.key).map(isShown) ?? false }
            return ["fold": "unitRecords", "state": .object(Object(uniquePairs: own))]
        }
        return ["folds": .array(records)]
    }
}

extension AuthorizedOperations: Operations {}
