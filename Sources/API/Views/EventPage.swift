// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// An event with what it means in one line.
package struct EventView: Sendable, Hashable {
    package var event: Event
    /// One line for people, without the time, the unit and the actor: `applied 3 objects in 0.2 s`.
    package var summary: Text

    package init(event: Event, summary: Text) {
        self.event = event
        self.summary = summary
    }
}

/// A part of the journal, oldest event first.
package struct EventPage: Sendable, Hashable {
    package var events: [EventView]
    /// Ask for events after this sequence number to go on. It moves on also over events that the filter left out.
    package var next: UInt64
    /// Where there are fewer than were asked for, although there may be older ones: the search for them ended before this
    /// sequence number. Ask for events before it to go on.
    package var before: UInt64?

    package init(events: [EventView], next: UInt64, before: UInt64? = nil) {
        self.events = events
        self.next = next
        self.before = before
    }
}

extension EventView: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(event: try Event(wire: wire), summary: try fields.optional("summary") ?? "")
    }

    /// The event's own fields and the summary.
    package var wire: Value {
        guard case .object(var object) = event.wire else { return .null }
        object["summary"] = summary.wire
        return .object(object)
    }
}

extension EventPage: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            events: try fields.list("events"), next: try fields.required("next"), before: try fields.optional("before"))
    }

    package var wire: Value { .fields(["events": events.wire, "next": next.wire, "before": before?.wire]) }
}
