// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A page of units, and how many there are like them.
package struct UnitList: Sendable, Hashable {
    package var units: [UnitStatus]
    /// Before the page.
    package var offset: Int
    /// Of all that may be seen.
    package var total: Int
    /// That fit.
    package var matching: Int
    /// Of those that fit, by what they have in common.
    package var counts: Counts

    package struct Counts: Sendable, Hashable {
        package var sync: [SyncState: Int] = [:]
        package var health: [Health: Int] = [:]
        package var projects: [ProjectName: Int] = [:]
        package var targets: [TargetName: Int] = [:]
    }

    package init(units: [UnitStatus], offset: Int, total: Int, matching: Int, counts: Counts) {
        self.units = units
        self.offset = offset
        self.total = total
        self.matching = matching
        self.counts = counts
    }

    /// - Parameter units: ordered by id.
    package init(_ units: [UnitStatus], _ query: UnitQuery) {
        let wanted = query.condition
        var (found, counts): ([Facts], Counts) = ([], Counts())
        func take(_ unit: UnitStatus, at place: Int) {
            guard wanted.fits(unit) else { return }
            let (state, health) = (unit.shownState, unit.health.health)
            guard wanted.fits(state, health) else { return }
            found.append(Facts(unit, at: place))
            counts.sync[state, default: 0] += 1
            counts.health[health, default: 0] += 1
            counts.projects[unit.project, default: 0] += 1
            counts.targets[unit.unit.target, default: 0] += 1
        }
        if let application = query.application, let target = query.target {
            // Whoever names one unit does not wait for all the others to be looked at.
            let places = UnitPlaces.places(of: application, on: target, count: units.count) { units[$0].unit }
            for place in places { take(units[place], at: place) }
        } else {
            for (place, unit) in units.enumerated() { take(unit, at: place) }
        }
        let ordered = query.limit == 0 ? [] : UnitList.ordered(found, by: query.order)
        self.init(
            units: ordered.dropFirst(query.offset).prefix(query.limit).map { units[$0] }, offset: query.offset,
            total: units.count, matching: found.count, counts: counts)
    }

    /// What a unit is ordered by. A status is large, and is not taken up again for it.
    package struct Facts: Sendable {
        /// In the list of all units, which is ordered by id.
        package var place: Int
        package var attention: Int
        /// In nanoseconds; the least there is for one that was never synced.
        package var synced: Int64

        package init(_ unit: UnitStatus, at place: Int) {
            self.place = place
            attention = unit.attention
            synced = unit.lastSync?.time.nanoseconds ?? .min
        }
    }

    /// Places in another order; equals stay ordered by id.
    package static func ordered(_ found: [Facts], by order: UnitQuery.Order) -> [Int] {
        switch order {
        case .name: return found.map(\.place)
        case .attention:
            var buckets: [Int: [Int]] = [:]
            for one in found { buckets[one.attention, default: []].append(one.place) }
            return buckets.keys.sorted(by: >).flatMap { buckets[$0] ?? [] }
        case .synced: return found.sorted { ($0.synced, $1.place) > ($1.synced, $0.place) }.map(\.place)
        }
    }
}

extension UnitList: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            units: try fields.list("units"), offset: try fields.required("offset"),
            total: try fields.required("total"), matching: try fields.required("matching"),
            counts: try fields.required("counts"))
    }

    package var wire: Value {
        .fields([
            "units": units.wire, "offset": offset.wire, "total": total.wire, "matching": matching.wire,
            "counts": counts.wire,
        ])
    }
}

extension UnitList.Counts: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        sync = try Self.read(fields.raw("sync")) { SyncState(rawValue: $0.string) }
        health = try Self.read(fields.raw("health")) { Health(rawValue: $0.string) }
        projects = try Self.read(fields.raw("projects")) { ProjectName($0) }
        targets = try Self.read(fields.raw("targets")) { TargetName($0) }
    }

    package var wire: Value {
        .fields([
            "sync": Self.write(sync) { Text($0.rawValue) }, "health": Self.write(health) { Text($0.rawValue) },
            "projects": Self.write(projects, \.text), "targets": Self.write(targets, \.text),
        ])
    }

    private static func read<Key: Hashable>(
        _ value: Value?, _ key: (Text) -> Key?
    ) throws(WireError) -> [Key: Int] {
        var counts: [Key: Int] = [:]
        for (name, count) in value?.objectValue?.pairs ?? [] {
            guard let key = key(name) else { throw WireError(path: FieldPath([.key(name)]), reason: "is not known") }
            counts[key] = try Int(wire: count)
        }
        return counts
    }

    private static func write<Key: Hashable>(_ counts: [Key: Int], _ name: (Key) -> Text) -> Value {
        let pairs = counts.map { (name($0.key), $0.value.wire) }.sorted { $0.0 < $1.0 }
        return .object(Object(uniquePairs: pairs))
    }
}
