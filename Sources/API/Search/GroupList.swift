// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A page of applications or of targets, with how their units stand.
package struct GroupList: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var name: Text
        /// Those that fit the query; so are all the counts.
        package var units: Int
        package var sync: [SyncState: Int]
        package var health: [Health: Int]
        /// Targets of an application, applications of a target.
        package var others: Int
        /// When the last of them was synced.
        package var synced: Time?
    }

    package var groups: [Entry]
    /// Before the page.
    package var offset: Int
    /// Of all that may be seen.
    package var total: Int
    /// That have units which fit.
    package var matching: Int

    package init(groups: [Entry], offset: Int, total: Int, matching: Int) {
        self.groups = groups
        self.offset = offset
        self.total = total
        self.matching = matching
    }

    package init(_ units: [UnitStatus], by sharing: UnitGroup.Sharing, _ query: UnitQuery) {
        let wanted = query.condition
        let fitting = units.lazy.filter { wanted.fits($0) && wanted.fits($0.shownState, $0.health.health) }
        let found = UnitGroup.groups(fitting, by: sharing)
        let ordered = query.limit == 0 ? [] : UnitGroup.ordered(found, by: query.order)
        self.init(
            groups: ordered.dropFirst(query.offset).prefix(query.limit).map(Entry.init), offset: query.offset,
            total: Set(units.lazy.map { UnitGroup.name($0, sharing) }).count, matching: found.count)
    }
}

extension GroupList.Entry {
    init(_ group: UnitGroup) {
        self.init(
            name: group.name, units: group.units, sync: group.sync, health: group.health, others: group.others.count,
            synced: group.synced)
    }
}

extension GroupList.Entry: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            name: try fields.required("name"), units: try fields.required("units"),
            sync: try UnitList.Counts.read(fields.raw("sync")) { SyncState(rawValue: $0.string) },
            health: try UnitList.Counts.read(fields.raw("health")) { Health(rawValue: $0.string) },
            others: try fields.required("others"), synced: try fields.optional("lastSync"))
    }

    package var wire: Value {
        .fields([
            "name": name.wire, "units": units.wire, "sync": UnitList.Counts.write(sync) { Text($0.rawValue) },
            "health": UnitList.Counts.write(health) { Text($0.rawValue) }, "others": others.wire,
            "lastSync": synced?.wire,
        ])
    }
}

extension GroupList: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            groups: try fields.list("groups"), offset: try fields.required("offset"),
            total: try fields.required("total"), matching: try fields.required("matching"))
    }

    package var wire: Value {
        .fields(["groups": groups.wire, "offset": offset.wire, "total": total.wire, "matching": matching.wire])
    }
}
