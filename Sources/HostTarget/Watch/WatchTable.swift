// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model

/// Which names in which folders matter to whom. Pure: the kernel's side of it is ``Watcher``.
///
/// There may be tens of thousands of names, so what stands for each is small: numbers instead of identities.
struct WatchTable: Sendable {
    /// Something to be told about: an object and its path as declared.
    struct Place: Sendable {
        var object: ObjectID
        var path: HostPath
        /// Whether everything in the folder at the path matters too.
        var isExclusive: Bool
    }

    struct Interest: Sendable, Hashable {
        /// In ``WatchTable/units``.
        var unit: Int32
        /// In the places of the unit.
        var place: Int32
        /// The name is a folder on the way, which is not there yet.
        var isOnTheWay = false
    }

    /// What is watched for a unit, or nothing any more.
    struct Unit: Sendable {
        var places = PackedPlaces()
        /// Where something of it is looked for, few; may hold watches that are gone.
        fileprivate(set) var watches: [Int32] = []
    }

    /// One folder that the kernel watches.
    struct Node: Sendable {
        var path: HostPath
        var names: [[UInt8]: [Interest]] = [:]
        /// Those that any name matters to.
        var all: [Interest] = []

        var isEmpty: Bool { names.isEmpty && all.isEmpty }
    }

    /// What some events come to.
    struct Findings: Sendable, Hashable {
        /// Objects by unit; an empty set stands for any of them.
        var changed: [UnitID: Set<ObjectID>] = [:]
        /// Units whose folders have to be looked up again.
        var replaced: Set<UnitID> = []

        fileprivate mutating func note(_ interest: Interest, _ table: WatchTable) {
            let unit = table.id(of: interest.unit)
            if changed[unit]?.isEmpty ?? false { return }
            guard let place = table.units[Int(interest.unit)].places[Int(interest.place)] else { return }
            changed[unit, default: []].insert(place.object)
            if interest.isOnTheWay { replaced.insert(unit) }
        }
    }

    /// By the kernel's number of the watch.
    private(set) var nodes: [Int32: Node] = [:]
    /// By their numbers.
    private(set) var units: [Unit] = []
    /// One that is watched no more keeps its number for when it comes back.
    private var roster = Roster<UnitID>()

    /// Those for which something is watched.
    var watched: some Sequence<UnitID> {
        zip(roster.members, units).lazy.filter { !$0.1.places.isEmpty }.map(\.0)
    }

    private func id(of number: Int32) -> UnitID { roster.members[Int(number)] }

    /// Sets what is to be watched for a unit, whose number it gives; nothing is watched before it is added.
    mutating func set(_ places: [Place], of unit: UnitID) -> Int32 {
        let (number, isNew) = roster.insert(unit)
        if isNew { units.appendTightly(Unit()) }
        units[number].places = PackedPlaces(places)
        return Int32(truncatingIfNeeded: number)
    }

    /// The number of a unit for which something is watched.
    func number(of unit: UnitID) -> Int32? {
        roster.number(of: unit).flatMap { units[$0].places.isEmpty ? nil : Int32(truncatingIfNeeded: $0) }
    }

    mutating func add(_ interest: Interest, name: [UInt8]?, in watch: Int32, at path: HostPath) {
        // One that comes twice costs a look more when they are forgotten.
        if units[Int(interest.unit)].watches.last != watch { units[Int(interest.unit)].watches.append(watch) }
        if let name {
            nodes[watch, default: Node(path: path)].names[name, default: []].append(interest)
        } else {
            nodes[watch, default: Node(path: path)].all.append(interest)
        }
    }

    /// Forgets where the places of a unit lie. Gives the watches that nobody needs any more. Costs what the unit has, not
    /// what there is.
    mutating func remove(_ unit: Int32) -> [Int32] {
        var unused: [Int32] = []
        let watches = units[Int(unit)].watches
        units[Int(unit)].watches = []
        for watch in watches {
            // Out of its place, so that it is changed and not copied.
            guard var node = nodes.removeValue(forKey: watch) else { continue }
            node.all.removeAll { $0.unit == unit }
            node.names = node.names.compactMapValues { interests in
                let others = interests.filter { $0.unit != unit }
                return others.isEmpty ? nil : others
            }
            nodes[watch] = node
            if node.isEmpty { unused.append(watch) }
        }
        return unused
    }

    /// Forgets a watch that the kernel has ended or is told to end.
    mutating func drop(_ watch: Int32) { nodes[watch] = nil }

    /// - Parameter isOurs: whether the file at a path stands as we left it.
    func findings(
        for event: InotifyEvent, isOurs: (HostPath) -> Bool, into findings: inout Findings
    ) {
        if event.isOverflow {
            for unit in watched { findings.changed[unit] = [] }
            return
        }
        guard let node = nodes[event.watch] else { return }
        if event.endsFolder {
            for interest in Array(node.names.values.joined()) + node.all {
                findings.note(interest, self)
                findings.replaced.insert(id(of: interest.unit))
            }
            return
        }
        guard !event.name.isEmpty, !TemporaryName.isOne(event.name) else { return }
        if let interests = node.names[event.name] {
            let isWanted = interests.contains(where: \.isOnTheWay) || !isOurs(node.path.appending(event.name))
            if isWanted { for interest in interests { findings.note(interest, self) } }
        } else {
            for interest in node.all { findings.note(interest, self) }
        }
    }
}
