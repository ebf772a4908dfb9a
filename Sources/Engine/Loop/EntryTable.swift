// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// The units of an engine, and which of them have changed lately.
///
/// Every change goes through the subscript, so that none is forgotten. Entries only come.
struct EntryTable {
    private var roster = Roster<UnitID>()
    private var slots: [Engine.Entry?] = []
    private var log = ChangeLog()
    /// The change that the last unit came with.
    private(set) var grown: UInt64 = 0
    /// How many have room, for tests.
    var capacity: Int { slots.capacity }

    var count: Int { slots.count }
    var units: some Collection<UnitID> { roster.members }
    var all: some Sequence<Engine.Entry> { slots.lazy.compactMap { $0 } }

    /// How units stand and how they do, of each one after the other, without a copy of what is known of it.
    func tally(_ note: (SyncState, Health) -> Void) {
        for place in slots.indices {
            guard let state = slots[place]?.standing, let health = slots[place]?.record.health.health else { continue }
            note(state, health)
        }
    }

    /// Of the last change.
    var mark: UInt64 { log.mark }

    /// Makes room for units that are about to come, and for no more: doubling the room would leave half of it empty.
    mutating func expect(_ units: Int) {
        guard slots.count + units > slots.capacity else { return }
        slots.reserveCapacity(max(slots.count + slots.count / 8, units))
    }

    /// Each unit once; `nil` when so much has changed since then that a look at all is cheaper.
    func changed(since mark: UInt64) -> Set<UnitID>? { log.units(since: mark) }

    subscript(unit: UnitID) -> Engine.Entry? {
        // Lent: a copy of all that is known of a unit costs more than most questions.
        _read { if let place = roster.number(of: unit) { yield slots[place] } else { yield nil } }
        _modify {
            log.note(unit, limit: max(1024, slots.count / 4))
            if let place = roster.number(of: unit) {
                yield &slots[place]
            } else {
                var new: Engine.Entry?
                defer {
                    if new != nil {
                        _ = roster.insert(unit)
                        slots.appendTightly(new)
                        grown = log.mark
                    }
                }
                yield &new
            }
        }
    }
}

extension Engine.Entry {
    fileprivate var standing: SyncState {
        if running != nil { return .syncing }
        return state == .inSync && record.drift != nil ? .drifted : state
    }
}

/// The last changes in order. Pure; forgets the older half when there are too many.
struct ChangeLog {
    private var recent: [UnitID] = []
    /// The number of the change before the first that is remembered.
    private var base: UInt64 = 0

    var mark: UInt64 { base + UInt64(recent.count) }

    mutating func note(_ unit: UnitID, limit: Int) {
        if recent.count >= limit {
            let dropped = recent.count - limit / 2
            recent.removeFirst(dropped)
            base += UInt64(dropped)
        }
        recent.append(unit)
    }

    func units(since mark: UInt64) -> Set<UnitID>? {
        guard mark >= base, mark <= self.mark else { return nil }
        return Set(recent[Int(mark - base)...])
    }
}

/// What has changed since a look.
package struct UnitNews: Sendable {
    /// In order when they are all there are, and in none otherwise.
    package var units: [UnitSnapshot]
    /// Whether these are all units, and not only those that have changed.
    package var isWhole: Bool
    /// For the next look.
    package var mark: UInt64
}
