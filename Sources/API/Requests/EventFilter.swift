// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Which part of the journal is meant. What is not said does not limit.
package struct EventFilter: Sendable, Hashable {
    package enum Start: Sendable, Hashable {
        /// With the first event after this sequence number.
        case after(UInt64)
        /// With the last `limit` events that match.
        case last
    }

    package var units: UnitFilter
    /// None means all kinds.
    package var kinds: [EventKind]
    package var actor: Actor?
    /// Events that name such an object. What was erased names none.
    package var object: ObjectPattern?
    package var since: Time?
    package var until: Time?
    package var start: Start
    /// Only events before this sequence number.
    package var before: UInt64?
    /// Events in the answer, at most.
    package var limit: Int
    /// How long to wait for an event when there is none yet. The answer comes with the first one, or empty.
    package var wait: Duration

    package init(
        units: UnitFilter = .all, kinds: [EventKind] = [], actor: Actor? = nil, object: ObjectPattern? = nil,
        since: Time? = nil, until: Time? = nil, start: Start = .last, before: UInt64? = nil, limit: Int = 100,
        wait: Duration = .zero
    ) {
        self.units = units
        self.kinds = kinds
        self.actor = actor
        self.object = object
        self.since = since
        self.until = until
        self.start = start
        self.before = before
        self.limit = limit
        self.wait = wait
    }

    /// Limits that a server holds every client to.
    package static let limits = 1...10_000
    package static let longestWait = Duration.seconds(30)
}

extension EventFilter: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        var kinds: [EventKind] = []
        for kind in try fields.list("kind", of: Value.self) {
            do {
                kinds.append(try readCase(kind))
            } catch {
                throw error.inside(.key("kind"))
            }
        }
        let limit = try fields.optional("limit", as: Int.self) ?? 100
        guard Self.limits.contains(limit) else {
            throw WireError(path: FieldPath([.key("limit")]), reason: "must be between 1 and 10000")
        }
        let wait = try fields.optional("waitMilliseconds", as: Int.self) ?? 0
        guard wait >= 0, .milliseconds(wait) <= Self.longestWait else {
            throw WireError(path: FieldPath([.key("waitMilliseconds")]), reason: "must be between 0 and 30000")
        }
        self.init(
            units: try UnitFilter(wire: wire),
            kinds: kinds,
            actor: try fields.optional("actor"),
            object: try fields.optional("object"),
            since: try fields.optional("since"),
            until: try fields.optional("until"),
            start: try fields.optional("after", as: UInt64.self).map(Start.after) ?? .last,
            before: try fields.optional("before"),
            limit: limit,
            wait: .milliseconds(wait))
    }

    package var wire: Value {
        var after: UInt64?
        if case .after(let sequence) = start { after = sequence }
        return .fields([
            "unit": units.patterns.wireUnlessEmpty, "project": units.project?.wire,
            "kind": kinds.isEmpty ? nil : .array(kinds.map { .string(Text($0.rawValue)) }),
            "actor": actor?.wire, "object": object?.wire, "since": since?.wire, "until": until?.wire,
            "after": after?.wire, "before": before?.wire,
            "limit": limit.wire, "waitMilliseconds": wait == .zero ? nil : Int(wait / .milliseconds(1)).wire,
        ])
    }
}
