// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model

/// Which names in which folders matter to whom. Pure: the kernel's side of it is ``Watcher``.
struct WatchTable: Sendable {
    struct Interest: Sendable, Hashable {
        var unit: UnitID
        var object: ObjectID
        /// The name is a folder on the way, which is not there yet.
        var isOnTheWay = false
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

        mutating func note(_ interest: Interest) {
            if let known = changed[interest.unit], known.isEmpty { return }
            changed[interest.unit, default: []].insert(interest.object)
            if interest.isOnTheWay { replaced.insert(interest.unit) }
        }
    }

    /// By the kernel's number of the watch.
    private(set) var nodes: [Int32: Node] = [:]
    private(set) var units: Set<UnitID> = []

    mutating func add(_ interest: Interest, name: [UInt8]?, in watch: Int32, at path: HostPath) {
        units.insert(interest.unit)
        if let name {
            nodes[watch, default: Node(path: path)].names[name, default: []].append(interest)
        } else {
            nodes[watch, default: Node(path: path)].all.append(interest)
        }
    }

    /// Forgets a unit. Gives the watches that nobody needs any more.
    mutating func remove(_ unit: UnitID) -> [Int32] {
        guard units.remove(unit) != nil else { return [] }
        var unused: [Int32] = []
        for watch in Array(nodes.keys) {
            guard var node = nodes[watch] else { continue }
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
            for unit in units { findings.changed[unit] = [] }
            return
        }
        guard let node = nodes[event.watch] else { return }
        if event.endsFolder {
            for interest in node.names.values.joined() { findings.note(interest) }
            for interest in node.all { findings.note(interest) }
            findings.replaced.formUnion(node.names.values.joined().map(\.unit))
            findings.replaced.formUnion(node.all.map(\.unit))
            return
        }
        guard !event.name.isEmpty, !TemporaryName.isOne(event.name) else { return }
        if let interests = node.names[event.name] {
            let isWanted = interests.contains(where: \.isOnTheWay) || !isOurs(node.path.appending(event.name))
            if isWanted { for interest in interests { findings.note(interest) } }
        } else {
            for interest in node.all { findings.note(interest) }
        }
    }
}
