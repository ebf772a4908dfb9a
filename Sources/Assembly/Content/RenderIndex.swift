// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Rendering

/// What is followed together: one way through one repository. `nil` is the fleet's own.
struct Following: Sendable, Hashable {
    var source: SourceName?
    var follow: Application.Follow?

    init(_ spec: UnitSpec) { self.init(source: spec.source, follow: spec.follow) }

    init(source: SourceName?, follow: Application.Follow?) {
        self.source = source
        self.follow = follow
    }

    /// An order that stays: the fleet's own first.
    var order: Text { "\(source?.text ?? "") \(Text("\(follow.map { "\($0)" } ?? "")"))" }
}

/// What the newest render of each unit read, so that a commit finds those that it may change.
struct RenderIndex: Sendable {
    private struct Group: Sendable {
        var traces = TraceIndex<UnitID>()
        /// Units of which nobody knows what they read: not rendered yet, or not with success.
        var unknown: Set<UnitID> = []

        /// A table keeps the room that it had.
        mutating func know(_ unit: UnitID) {
            unknown.remove(unit)
            if unknown.isEmpty { unknown = [] }
        }
    }

    private var groups: [Group] = []
    private var numbers: [Following: Int] = [:]
    /// Of the group of each unit.
    private var memberships = DenseTable<UnitID, Int32>()
    /// What was read of bases in other repositories, by what is followed there.
    private var bases: [Text: TraceIndex<UnitID>] = [:]
    private var basesRead: [UnitID: Set<Text>] = [:]

    /// From here on nobody knows what a unit reads, until it is rendered.
    mutating func forget(_ unit: UnitID, in following: Following) {
        let number = number(of: following)
        if let before = memberships[unit], before != number { remove(unit) }
        memberships[unit] = Int32(truncatingIfNeeded: number)
        groups[number].traces.set(nil, for: unit)
        groups[number].unknown.insert(unit)
    }

    private mutating func number(of following: Following) -> Int {
        if let known = numbers[following] { return known }
        numbers[following] = groups.count
        groups.append(Group())
        return groups.count - 1
    }

    mutating func remove(_ unit: UnitID) {
        guard let number = memberships[unit].map(Int.init) else { return }
        memberships[unit] = nil
        groups[number].traces.set(nil, for: unit)
        groups[number].know(unit)
        noteBases([:], of: unit)
    }

    mutating func note(_ trace: Trace, of unit: UnitID) {
        guard let number = memberships[unit].map(Int.init) else { return }
        var own = trace
        own.remotes = [:]
        groups[number].traces.set(own, for: unit)
        groups[number].know(unit)
        noteBases(trace.remotes, of: unit)
    }

    private mutating func noteBases(_ remotes: [Text: Trace.Remote], of unit: UnitID) {
        var read: [Text: Trace] = [:]
        for remote in remotes.values {
            read[remote.following] = read[remote.following]?.merging(remote.trace) ?? remote.trace
        }
        for base in basesRead[unit, default: []] where read[base] == nil {
            bases[base]?.set(nil, for: unit)
            if bases[base]?.isEmpty ?? false { bases[base] = nil }
        }
        for (base, trace) in read { bases[base, default: TraceIndex()].set(trace, for: unit) }
        basesRead[unit] = read.isEmpty ? nil : Set(read.keys)
    }

    /// Who read a base, and whom of them a change may concern.
    func units(readingBase base: Text) -> Set<UnitID> { bases[base]?.all ?? [] }

    func units(readingBase base: Text, touchedBy delta: TreeDelta) -> Set<UnitID> {
        guard let found = bases[base]?.readers(of: delta) else { return [] }
        return found.touched.union(found.unsure.keys)
    }

    /// Whom a change may concern: those who read what changed or are not known, and those of whom the paths do not tell,
    /// with what they read.
    func units(of following: Following, touchedBy delta: TreeDelta) -> (touched: Set<UnitID>, unsure: [UnitID: Trace]) {
        guard let group = numbers[following].map({ groups[$0] }) else { return ([], [:]) }
        let found = group.traces.readers(of: delta)
        return (found.touched.union(group.unknown), found.unsure)
    }
}
