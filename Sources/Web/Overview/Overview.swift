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
    /// Of the whole fleet, those that need somebody to look at them.
    var needing = 0
    /// Of the whole fleet, plans that wait for somebody.
    var waiting = 0
    /// Of the whole fleet, those that stand as Git says.
    var standing = 0
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

    private static let needsPerson = 50

    /// Beyond so many a matrix is too wide to read.
    static let mostColumns = 8
    static func pageSize(_ view: OverviewQuery.View) -> Int { view == .matrix ? 40 : 100 }

    /// - Parameter units: ordered by id.
    package init(_ units: [UnitStatus], _ query: OverviewQuery) {
        total = units.count
        let (found, columns) = select(units, query)
        matching = found.count
        // A reader who chose an application wants its units.
        let fitting: OverviewQuery.View =
            query.application != nil && columns.count > Self.mostColumns
            ? .units : columns.count <= Self.mostColumns ? .matrix : .applications
        view = query.view ?? fitting
        if view == .matrix, columns.count > Self.mostColumns { view = .applications }
        switch view {
        case .units:
            let order = UnitList.ordered(found.map(\.facts), by: query.order)
            lines = .units(cut(order, query).map { units[$0] })
        case .matrix:
            lines = .matrix(rows(found, units, query), targets: columns)
        case .applications:
            lines = .applications(rows(found, units, query))
        }
    }

    /// A unit that matches.
    private struct Found {
        var facts: UnitList.Facts
        /// Which application it is of, counted from the first.
        var application: Int
    }

    /// The units that match, and their targets; counts on the way. A status is large: each is taken up once.
    private mutating func select(_ units: [UnitStatus], _ query: OverviewQuery) -> ([Found], [TargetName]) {
        let wanted = query.condition
        var found: [Found] = []
        var projects: Set<ProjectName> = []
        var (targets, isColumn): ([TargetName: Int], [Bool]) = ([:], [])
        var (project, application): (ProjectName?, ApplicationName?)
        var applications = 0
        for (place, unit) in units.enumerated() {
            // Those of an application follow each other.
            if unit.unit.application != application {
                application = unit.unit.application
                applications += 1
            }
            if unit.project != project {
                project = unit.project
                projects.insert(unit.project)
            }
            let column = targets[unit.unit.target] ?? targets.count
            if column == targets.count {
                targets[unit.unit.target] = column
                isColumn.append(false)
            }
            if !hasLabels, !unit.labels.isEmpty { hasLabels = true }
            if unit.block?.plan != nil { waiting += 1 }
            if unit.shownState == .inSync { standing += 1 }
            let facts = UnitList.Facts(unit, at: place)
            if facts.attention >= Self.needsPerson { needing += 1 }
            guard wanted.fits(unit) else { continue }
            let (state, health) = (unit.shownState, unit.health.health)
            sync.count(state)
            self.health[health, default: 0] += 1
            guard wanted.fits(state, health) else { continue }
            isColumn[column] = true
            found.append(Found(facts: facts, application: applications))
        }
        self.projects = projects.sorted()
        self.targets = targets.keys.sorted()
        return (found, self.targets.filter { targets[$0].map { isColumn[$0] } ?? false })
    }

    private mutating func rows(_ found: [Found], _ units: [UnitStatus], _ query: OverviewQuery) -> [Row] {
        var spans = spans(found)
        switch query.order {
        case .name: break
        case .attention: spans.sort { ($0.attention, $1.range.lowerBound) > ($1.attention, $0.range.lowerBound) }
        case .synced: spans.sort { ($0.synced, $1.range.lowerBound) > ($1.synced, $0.range.lowerBound) }
        }
        return cut(spans, query).map { span in
            let own = span.range.map { units[found[$0].facts.place] }
            let first = units[found[span.range.lowerBound].facts.place]
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
    private func spans(_ found: [Found]) -> [Span] {
        var spans: [Span] = []
        for (place, one) in found.enumerated() {
            if let last = spans.last, found[last.range.lowerBound].application == one.application {
                spans[spans.count - 1] = Span(
                    range: last.range.lowerBound..<place + 1, attention: max(last.attention, one.facts.attention),
                    synced: max(last.synced, one.facts.synced))
            } else {
                spans.append(
                    Span(range: place..<place + 1, attention: one.facts.attention, synced: one.facts.synced))
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
