// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// Which part of the journal is shown: what the page's address says, all of it.
package struct ActivityQuery: Sendable, Hashable {
    package var words: [Text] = []
    /// As people write it: `web`, `web@prod`, `@prod`.
    package var unit: UnitPattern?
    package var project: ProjectName?
    package var group: EventGroup?
    package var kind: EventKind?
    package var actor: Actor?
    package var since: Time?
    package var until: Time?
    /// Only what came before this event.
    package var before: UInt64?
    /// What could not be read, by the name of its field.
    package var mistakes: [Text: Text] = [:]

    package init() {}

    /// - Parameter query: as ``Query`` reads it.
    package init(_ query: Value) {
        func text(_ key: Text) -> Text? {
            let value = query[key]?.arrayValue?.last ?? query[key]
            return value?.stringValue.flatMap { $0.isEmpty ? nil : Words.cut($0, to: 500) }
        }
        words = OverviewQuery(["q": .string(text("q") ?? "")]).words
        project = text("project").flatMap(ProjectName.init)
        group = text("group").flatMap { EventGroup(rawValue: $0.string) }
        kind = text("kind").flatMap { EventKind(rawValue: $0.string) }
        actor = text("actor").map { Actor($0) }
        before = text("before").flatMap { UInt64($0.string) }
        if let given = text("unit") {
            unit = UnitPattern(parsing: given)
            if unit == nil { mistakes["unit"] = given }
        }
        for (key, place) in [("since", \ActivityQuery.since), ("until", \.until)]
            as [(Text, WritableKeyPath<Self, Time?>)]
        {
            guard let given = text(key) else { continue }
            self[keyPath: place] = Self.time(given)
            if self[keyPath: place] == nil { mistakes[key] = given }
        }
    }

    /// `2026-11-27`, `2026-11-27T09:30`, or with seconds and an offset; in UTC where none is given.
    static func time(_ text: Text) -> Time? {
        let given = text.string
        return Time(parsing: text) ?? Time(parsing: Text(given + "Z")) ?? Time(parsing: Text(given + ":00Z"))
            ?? Time(parsing: Text(given + "T00:00:00Z"))
    }

    var isLimited: Bool { self != ActivityQuery() }

    var parameters: [(key: Text, value: Text)] {
        var parts: [(key: Text, value: Text)] = []
        if !words.isEmpty { parts.append(("q", Text(words.map(\.string).joined(separator: " ")))) }
        if let unit { parts.append(("unit", Text(unit.description))) }
        if let project { parts.append(("project", project.text)) }
        if let group { parts.append(("group", Text(group.rawValue))) }
        if let kind { parts.append(("kind", Text(kind.rawValue))) }
        if let actor { parts.append(("actor", actor.text)) }
        if let since { parts.append(("since", Text(since.description))) }
        if let until { parts.append(("until", Text(until.description))) }
        if let before { parts.append(("before", Text(String(before)))) }
        return parts
    }

    var link: Link { Link(["activity"], parameters) }

    package var filter: EventFilter {
        var filter = EventFilter(
            units: UnitFilter(patterns: [unit].compactMap(\.self), project: project),
            kinds: kind.map { [$0] } ?? group?.kinds ?? [], actor: actor, since: since, until: until)
        filter.before = before
        return filter
    }
}
