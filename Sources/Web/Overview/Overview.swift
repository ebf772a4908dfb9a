// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// The part of a fleet that a query asks for: counted, ordered, and cut to one page.
package struct Overview: Sendable {
    /// An application, with those of its units that match.
    package struct Row: Sendable {
        package var application: ApplicationName
        package var project: ProjectName
        /// Ordered by target.
        package var units: [UnitStatus]
        /// How much the worst of them needs a person.
        package var attention: Int
    }

    package enum Lines: Sendable {
        case matrix([Row], targets: [TargetName])
        case applications([Row])
        case units([UnitStatus])
    }

    /// Of the whole fleet.
    package var total = 0
    /// Of what matches all but the states that are asked for, so that other states can be chosen.
    package var sync = SyncCounts()
    package var health: [Health: Int] = [:]
    package var projects: [ProjectName] = []
    package var targets: [TargetName] = []
    /// Whether any unit has a label.
    var hasLabels = false
    /// Units that match all of the query.
    package var matching = 0
    package var view = OverviewQuery.View.matrix
    package var lines = Lines.units([])
    /// All lines, of which a page is shown.
    package var count = 0
    /// 1-based, of `count` lines.
    package var shown = 0..<0
    package var page = 1
    package var pages = 1

    /// Beyond so many a matrix is too wide to read.
    static let mostColumns = 8
    static func pageSize(_ view: OverviewQuery.View) -> Int { view == .matrix ? 40 : 100 }

    /// - Parameter units: ordered by id.
    package init(_ units: [UnitStatus], _ query: OverviewQuery) {
        total = units.count
        let found = select(units, query)
        matching = found.count
        let columns = Set(found.lazy.map { units[$0].unit.target })
        // A reader who chose an application wants its units.
        let fitting: OverviewQuery.View =
            query.application != nil && columns.count > Self.mostColumns
            ? .units : columns.count <= Self.mostColumns ? .matrix : .applications
        view = query.view ?? fitting
        if view == .matrix, columns.count > Self.mostColumns { view = .applications }
        switch view {
        case .units:
            let order = UnitList.ordered(found, units, by: query.order)
            lines = .units(cut(order, query).map { units[$0] })
        case .matrix:
            lines = .matrix(rows(found, units, query), targets: columns.sorted())
        case .applications:
            lines = .applications(rows(found, units, query))
        }
    }

    /// The places of the units that match; counts on the way.
    private mutating func select(_ units: [UnitStatus], _ query: OverviewQuery) -> [Int] {
        let wanted = query.condition
        var found: [Int] = []
        var (projects, targets): (Set<ProjectName>, Set<TargetName>) = ([], [])
        for index in units.indices {
            // Those of an application follow each other.
            if index == 0 || units[index - 1].project != units[index].project { projects.insert(units[index].project) }
            targets.insert(units[index].unit.target)
            if !hasLabels, !units[index].labels.isEmpty { hasLabels = true }
            guard wanted.fits(units[index]) else { continue }
            let (state, health) = (units[index].shownState, units[index].health.health)
            sync.count(state)
            self.health[health, default: 0] += 1
            if wanted.fits(state, health) { found.append(index) }
        }
        self.projects = projects.sorted()
        self.targets = targets.sorted()
        return found
    }

    private mutating func rows(_ found: [Int], _ units: [UnitStatus], _ query: OverviewQuery) -> [Row] {
        var spans = spans(found, units)
        switch query.order {
        case .name: break
        case .attention: spans.sort { ($0.attention, $1.range.lowerBound) > ($1.attention, $0.range.lowerBound) }
        case .synced: spans.sort { ($0.synced, $1.range.lowerBound) > ($1.synced, $0.range.lowerBound) }
        }
        return cut(spans, query).map { span in
            let own = span.range.map { units[found[$0]] }
            let first = units[found[span.range.lowerBound]]
            return Row(
                application: first.unit.application, project: first.project, units: own, attention: span.attention)
        }
    }

    private struct Span {
        /// In the list of what was found.
        var range: Range<Int>
        var attention: Int
        var synced: Int64
    }

    /// Units of one application follow each other.
    private func spans(_ found: [Int], _ units: [UnitStatus]) -> [Span] {
        var spans: [Span] = []
        for place in found.indices {
            let index = found[place]
            let attention = units[index].attention
            let synced = units[index].lastSync?.time.nanoseconds ?? .min
            if let last = spans.last,
                units[found[last.range.lowerBound]].unit.application == units[index].unit.application
            {
                spans[spans.count - 1] = Span(
                    range: last.range.lowerBound..<place + 1, attention: max(last.attention, attention),
                    synced: max(last.synced, synced))
            } else {
                spans.append(Span(range: place..<place + 1, attention: attention, synced: synced))
            }
        }
        return spans
    }

    private mutating func cut<Line>(_ all: [Line], _ query: OverviewQuery) -> [Line] {
        let size = Self.pageSize(view)
        count = all.count
        pages = max(1, (all.count + size - 1) / size)
        page = min(query.page, pages)
        let start = (page - 1) * size
        shown = start..<min(start + size, all.count)
        return Array(all[shown])
    }
}
