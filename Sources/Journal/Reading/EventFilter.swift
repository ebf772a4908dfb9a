// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// Which events to read.
package struct EventFilter: Sendable, Hashable {
    package var unit: UnitID?
    package var source: SourceName?
    /// Empty: all kinds.
    package var kinds: Set<EventKind>
    /// From this moment of the wall clock on.
    package var since: Time?
    /// Before this moment.
    package var until: Time?
    /// Only events with a later sequence.
    package var after: UInt64
    /// Only events with an earlier sequence: the next page when the newest come first.
    package var before: UInt64?
    package var order: RecordQuery.Order
    /// At most this many; capped at ``EventFilter/largestPage``.
    package var limit: Int

    package static let largestPage = 10_000

    package init(
        unit: UnitID? = nil, source: SourceName? = nil, kinds: Set<EventKind> = [], since: Time? = nil,
        until: Time? = nil, after: UInt64 = 0, before: UInt64? = nil, order: RecordQuery.Order = .oldestFirst,
        limit: Int = 1000
    ) {
        self.unit = unit
        self.source = source
        self.kinds = kinds
        self.since = since
        self.until = until
        self.after = after
        self.before = before
        self.order = order
        self.limit = limit
    }

    var query: RecordQuery {
        RecordQuery(
            after: after, before: before, unit: unit.map { Text($0.description) }, source: source?.text,
            kinds: Set(kinds.map { Text($0.rawValue) }), since: since, until: until, order: order,
            limit: min(max(0, limit), Self.largestPage))
    }
}
