// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The kinds of events that the journal holds. The raw value is stored: never rename one.
package enum EventKind: String, Sendable, Hashable, CaseIterable {
    case commitSeen, commitRefused, commitAccepted, sourceFailed, sourceRecovered
    case fleetRead, fleetRejected
    case rendered, renderFailed
    case planned, planBlocked
    case syncStarted, intent, outcome, syncEnded, cancelled
    case drifted, healed, fightDetected
    case additionsSeen
    case inventoryRecovered, adopted
    case healthChanged
    case paused, resumed
    case confirmed, approved, rejected
    case rolledBack, markedBad, badLifted
    case unitRemoved
    case capabilitiesSeen
    case secretsRead, storeFailed, storeRecovered
    case tokenCreated, tokenRevoked, signedIn
    case retained
}

/// Who caused an event: `trimtab`, `user:alice`, `commit:Alice <alice@example.org>`.
package struct Actor: Sendable, CustomStringConvertible {
    package var text: Text
    /// From where they act, where that is known: an IP address, `local`. It is no part of who they are.
    package var address: Text?

    package init(_ text: Text, at address: Text? = nil) {
        self.text = text
        self.address = address
    }

    package static let trimtab = Actor("trimtab")

    package var description: String { text.string }
}

extension Actor: Hashable {
    package static func == (left: Actor, right: Actor) -> Bool { left.text == right.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// An event before it has a place in the journal.
package struct EventDraft: Sendable, Hashable {
    package var kind: EventKind
    /// The unit that it is about, where it is about one.
    package var unit: UnitID?
    /// The source that it is about, where it is about one.
    package var source: SourceName?
    package var actor: Actor
    /// An object; its fields depend on the kind. Never holds a secret leaf.
    package var payload: Value

    package init(
        kind: EventKind, unit: UnitID? = nil, source: SourceName? = nil, actor: Actor = .trimtab, payload: Value
    ) {
        self.kind = kind
        self.unit = unit
        self.source = source
        self.actor = actor
        self.payload = payload
    }

    /// With the address of who caused it in what it says, as `address`.
    package var withAddress: EventDraft {
        guard let address = actor.address, var object = payload.objectValue, object["address"] == nil else {
            return self
        }
        object["address"] = .string(address)
        var draft = self
        draft.payload = .object(object)
        return draft
    }
}

extension Event {
    /// From where it was caused; `nil` where that is not known, or not for everybody.
    package var address: Text? { payload["address"]?.stringValue }

    package var withoutAddress: Event {
        guard address != nil, var object = payload.objectValue else { return self }
        object["address"] = nil
        var event = self
        event.draft.payload = .object(object)
        return event
    }
}

/// Where an event stands: unique in the world, and ordered within one incarnation of one writer.
package struct EventID: Sendable, Hashable {
    /// The state folder that wrote it, a random id made once.
    package var writer: Text
    /// Counts the times that a writer's chain had to begin anew (a restored backup).
    package var incarnation: UInt32
    /// 1-based, without gaps.
    package var sequence: UInt64

    package init(writer: Text, incarnation: UInt32, sequence: UInt64) {
        self.writer = writer
        self.incarnation = incarnation
        self.sequence = sequence
    }
}

/// An event as the journal holds it.
package struct Event: Sendable, Hashable {
    package var id: EventID
    package var time: Time
    package var draft: EventDraft

    package init(id: EventID, time: Time, draft: EventDraft) {
        self.id = id
        self.time = time
        self.draft = draft
    }

    package var kind: EventKind { draft.kind }
    package var unit: UnitID? { draft.unit }
    package var actor: Actor { draft.actor }
    package var payload: Value { draft.payload }
}
