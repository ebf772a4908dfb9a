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
        var rest = filter
        while true {
            let judge = await judge()
            if judge.rights.allowsEverywhere(.read) { return try await engine.events(rest) }
            // Asking for more than is wanted finds as much as is wanted, in a journal that is mostly about others.
            if case .last = filter.start { return try await last(filter, judge) }
            let page = try await engine.events(rest)
            let shown = judge.shown(of: page.events)
            guard shown.isEmpty, !page.events.isEmpty, !Task.isCancelled else {
                return EventPage(events: shown, next: page.next)
            }
            // Nothing of it may be seen: go on behind it. The waiting is done with the first page that had something.
            rest.start = .after(page.next)
            rest.wait = .zero
        }
    }

    private func last(_ filter: EventFilter, _ judge: Judge) async throws(APIError) -> EventPage {
        var wider = filter
        while true {
            let page = try await engine.events(wider)
            let shown = judge.shown(of: page.events)
            let isWhole = page.events.count < wider.limit || wider.limit == EventFilter.limits.upperBound
            if shown.count >= filter.limit || isWhole {
                return EventPage(events: Array(shown.suffix(filter.limit)), next: page.next)
            }
            wider.limit = min(wider.limit * 8, EventFilter.limits.upperBound)
        }
    }
}

extension AuthorizedOperations.Judge {
    fileprivate func shown(of events: [EventView]) -> [EventView] {
        let isAboutSources = events.contains { $0.event.unit == nil && $0.event.draft.source != nil }
        let sources = isAboutSources ? policy.sources(of: .read, for: rights) : []
        return events.filter { view in
            if let unit = view.event.unit { return rights.allows(.read, on: policy.facts(of: unit)) }
            return view.event.draft.source.map(sources.contains) ?? false
        }
    }
}

extension AuthorizedOperations: Operations {}
