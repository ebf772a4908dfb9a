// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
package import Fleet
package import Manifest
package import Model

extension Message {
    /// - Parameters:
    ///   - facts: of the event's unit.
    ///   - hub: where people reach the pages, such as `https://hub.example.org`.
    package init(_ event: Event, fleet: Text, _ facts: UnitFacts?, hub: Text?) {
        self.init(
            id: Self.id(of: event.id), sequence: event.id.sequence, time: event.time, kind: event.kind,
            severity: event.severity ?? .info, fleet: fleet, unit: event.unit, project: facts?.project,
            labels: facts?.applicationLabels ?? [:], source: event.draft.source, actor: event.actor,
            summary: Text(printable(event.summary.utf8.prefix(Self.longest))),
            link: hub.map { hub in
                guard let unit = event.unit else { return "\(hub)/activity" }
                return "\(hub)/units/\(unit.fleet)/\(unit.application)/\(unit.target)"
            })
    }

    /// What an event is about, as messages about it say.
    package static func subject(of event: Event, fleet: Text) -> Text {
        event.unit.map { "\($0)" } ?? event.draft.source?.text ?? fleet
    }

    /// Of a summary, in bytes.
    static let longest = 2000

    package static func id(of event: EventID) -> Text { "\(event.writer)-\(event.incarnation)-\(event.sequence)" }
}

/// What of some events is to be told by a rule, the oldest first.
package func messages(
    for events: [Event], by rule: NotificationRule, fleet: Text, hub: Text?, facts: (Event) -> UnitFacts?
) -> [Message] {
    events.compactMap { event in
        let found = facts(event)
        return rule.wants(event, found) ? Message(event, fleet: fleet, found, hub: hub) : nil
    }
}
