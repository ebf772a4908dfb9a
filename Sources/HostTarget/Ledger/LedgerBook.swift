// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Manifest
import Model
import Synchronization

/// The ledgers of all units on the target, read once and kept; also those that other fleets and processes keep there.
final class LedgerBook: Sendable {
    private struct State: Sendable {
        var ledgers: [UnitID: UnitLedger] = [:]
        /// Who has claimed a place.
        var owners: [Text: UnitID] = [:]
        /// Ledgers that cannot be read, by the name of their file: the fault of their unit alone.
        var damaged: [[UInt8]: HostFault] = [:]
        /// Of the folder when it was read.
        var stamp: Stamp?
        /// Each file as it was read or written: it is put in its place whole, so one that is the same says the same.
        var files: [[UInt8]: Metadata] = [:]

        /// The first to claim keeps a place.
        mutating func claim(for unit: UnitID, _ ledger: UnitLedger) {
            for entry in ledger.entries.values {
                for place in [entry.uid, entry.real].compactMap(\.self) where owners[place] == nil {
                    owners[place] = unit
                }
            }
        }
    }

    private struct Stamp: Sendable, Hashable {
        var inode: UInt64
        var modified: Int64
        /// Whether a later change must show in the time.
        var isSettled: Bool
    }

    private let own: OwnFolder
    private let counters: Counters
    private let now: @Sendable () -> Time
    private let state = Mutex(State())

    init(own: OwnFolder, counters: Counters, now: @escaping @Sendable () -> Time) {
        self.own = own
        self.counters = counters
        self.now = now
    }

    func ledger(of unit: UnitID) throws(HostFault) -> UnitLedger? {
        try refresh()
        let (ledger, fault) = state.withLock { ($0.ledgers[unit], $0.damaged[Self.name(of: unit)]) }
        if let fault { throw fault }
        return ledger
    }

    /// As of the last ``refresh()``, without a look at the disk.
    func lastRead(of unit: UnitID) -> UnitLedger? { state.withLock { $0.ledgers[unit] } }

    func all() throws(HostFault) -> [UnitID: UnitLedger] {
        try refresh()
        return state.withLock { $0.ledgers }
    }

    /// Who else has claimed one of these places, as of the last ``refresh()``.
    func claimant(of places: [Text], otherThan unit: UnitID) -> UnitID? {
        state.withLock { state in
            for place in places {
                if let owner = state.owners[place], owner != unit { return owner }
            }
            return nil
        }
    }

    /// Reads again what other processes may have changed. One look at the folder when nothing did.
    func refresh() throws(HostFault) {
        guard let folder = try own.existing(.inventory) else {
            state.withLock { $0 = State() }
            return
        }
        let live = try folder.metadata()
        let isSettled = now().nanoseconds - live.modified > 20_000_000
        let stamp = Stamp(inode: live.inode, modified: live.modified, isSettled: isSettled)
        let before = state.withLock { $0 }
        if let known = before.stamp, known.isSettled, known.inode == stamp.inode, known.modified == stamp.modified {
            return
        }
        let units = Dictionary(uniqueKeysWithValues: before.ledgers.keys.map { (Self.name(of: $0), $0) })
        var fresh = State(stamp: stamp)
        for name in try folder.names() where name.suffix(5).elementsEqual(".json".utf8) {
            do throws(HostFault) {
                guard let file = try folder.metadata(of: name) else { continue }
                fresh.files[name] = file
                if before.files[name]?.isSameContent(as: file) == true, let unit = units[name],
                    let ledger = before.ledgers[unit]
                {
                    fresh.ledgers[unit] = ledger
                    fresh.claim(for: unit, ledger)
                    continue
                }
                counters.count { $0.ledgersRead += 1 }
                let bytes = try folder.contents(of: name, limit: 512 << 20)
                let (unit, ledger) = try UnitLedger.read(bytes, file: folder.path.appending(name))
                guard Self.name(of: unit) == name else {
                    throw HostFault("\(folder.path.appending(name)) names another unit, \(unit)")
                }
                fresh.ledgers[unit] = ledger
                fresh.claim(for: unit, ledger)
            } catch {
                fresh.damaged[name] = error
            }
        }
        let read = fresh
        state.withLock { $0 = read }
    }

    /// Durable when it returns. Writes nothing when nothing changed; an empty ledger is removed.
    func store(_ ledger: UnitLedger, of unit: UnitID) throws(HostFault) {
        let known = try self.ledger(of: unit)
        guard known ?? UnitLedger() != ledger else { return }
        let name = Self.name(of: unit)
        var file: Metadata?
        if ledger.isEmpty {
            guard let folder = try own.existing(.inventory) else { return }
            try folder.remove(name)
            try folder.sync()
        } else {
            let folder = try own.make(.inventory)
            CrashPoint.reached("host.inventory.write")
            file = try folder.replace(name, with: ledger.written(for: unit))
            CrashPoint.reached("host.inventory.written")
        }
        counters.count { $0.ledgers += 1 }
        let written = file
        state.withLock { state in
            state.stamp = nil
            state.files[name] = written
            state.owners = state.owners.filter { $0.value != unit }
            state.ledgers[unit] = ledger.isEmpty ? nil : ledger
            state.claim(for: unit, ledger)
        }
    }

    private static func name(of unit: UnitID) -> [UInt8] {
        Array("\(unit.fleet).\(unit.application).\(unit.target).json".utf8)
    }
}
