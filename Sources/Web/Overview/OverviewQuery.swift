// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// Which part of the fleet the overview shows, and how: what its address says, all of it. What is not said does not
/// limit; what is said wrong counts as not said.
package struct OverviewQuery: Sendable, Hashable {
    package enum View: String, Sendable, CaseIterable {
        /// Applications down, targets across.
        case matrix
        /// One line an application.
        case applications
        /// One line a unit.
        case units
    }

    package typealias Order = UnitQuery.Order

    /// Words that all must occur somewhere in what is known of a unit.
    package var words: [Text]
    package var project: Text?
    package var application: Text?
    package var target: Text?
    package var labels: [UnitLabel]
    package var sync: Set<SyncState>
    package var health: Set<Health>
    /// `nil`: whatever fits the fleet.
    package var view: View?
    package var order: Order
    /// 1-based.
    package var page: Int

    package init(
        words: [Text] = [], project: Text? = nil, application: Text? = nil, target: Text? = nil,
        labels: [UnitLabel] = [], sync: Set<SyncState> = [], health: Set<Health> = [], view: View? = nil,
        order: Order = .attention, page: Int = 1
    ) {
        // An address stands on the page many times.
        self.words = words.prefix(UnitQuery.mostWords).map { Words.cut($0, to: 100) }
        self.project = project.map { Words.cut($0, to: 100) }
        self.application = application.map { Words.cut($0, to: 100) }
        self.target = target.map { Words.cut($0, to: 100) }
        self.labels = Array(labels.prefix(UnitQuery.mostLabels))
        self.sync = sync
        self.health = health
        self.view = view
        self.order = order
        self.page = page
    }

    /// - Parameter query: as ``Query`` reads it.
    package init(_ query: Value) {
        func texts(_ key: Text) -> [Text] {
            guard let value = query[key] else { return [] }
            return (value.arrayValue ?? [value]).compactMap(\.stringValue).filter { !$0.isEmpty }
        }
        func text(_ key: Text) -> Text? { texts(key).last }
        self.init(
            words: texts("q").flatMap(UnitQuery.words), project: text("project"), application: text("application"),
            target: text("target"), labels: texts("label").compactMap(UnitLabel.init),
            sync: Set(texts("sync").compactMap { SyncState(rawValue: $0.string) }),
            health: Set(texts("health").compactMap { Health(rawValue: $0.string) }),
            view: text("view").flatMap { View(rawValue: $0.string) },
            order: text("order").flatMap { Order(rawValue: $0.string) } ?? .attention,
            page: text("page").flatMap { Int($0.string) }.map { max(1, $0) } ?? 1)
    }

    var condition: UnitCondition {
        UnitCondition(
            words: words, project: project, application: application, target: target, labels: labels, sync: sync,
            health: health)
    }

    /// Whether units are left out.
    var isLimited: Bool {
        !words.isEmpty || project != nil || application != nil || target != nil || !labels.isEmpty || !sync.isEmpty
            || !health.isEmpty
    }

    /// In a fixed order, so that one part of the fleet has one address.
    var parameters: [(key: Text, value: Text)] {
        var parts: [(key: Text, value: Text)] = []
        if !words.isEmpty { parts.append(("q", Text(words.map(\.string).joined(separator: " ")))) }
        if let project { parts.append(("project", project)) }
        if let application { parts.append(("application", application)) }
        if let target { parts.append(("target", target)) }
        parts += labels.map { ("label", Text($0.description)) }
        parts += SyncState.allCases.filter(sync.contains).map { ("sync", Text($0.rawValue)) }
        parts += Health.allCases.filter(health.contains).map { ("health", Text($0.rawValue)) }
        if let view { parts.append(("view", Text(view.rawValue))) }
        if order != .attention { parts.append(("order", Text(order.rawValue))) }
        if page > 1 { parts.append(("page", Text(String(page)))) }
        return parts
    }

    package var link: Link { Link([], parameters) }

    /// Another part of the fleet begins at its first page.
    func with(_ change: (inout OverviewQuery) -> Void) -> OverviewQuery {
        var other = self
        other.page = 1
        change(&other)
        return other
    }
}
