// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
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
        /// As it was when it was read, or written by us; `nil` when it has to be read again.
        var stamp: Stamp?
        /// Each file as it was read or written: it is put in its place whole, so one that is the same says the same.
        var files: [[UInt8]: Metadata] = [:]

        /// Those of whose former places nobody knows whose they are.
        var doubtful: Set<UnitID> = []

        /// The first to claim keeps a place.
        mutating func put(_ ledger: UnitLedger, of unit: UnitID) {
            for place in ledgers[unit]?.places ?? [] where owners[place] == unit { owners[place] = nil }
            for place in ledger.places where owners[place] == nil { owners[place] = unit }
            ledgers[unit] = ledger.isEmpty ? nil : ledger
            if ledger.doubts.isEmpty { doubtful.remove(unit) } else { doubtful.insert(unit) }
        }
    }

    /// Of the folder, where a later change must show in the time.
    private struct Stamp: Sendable, Hashable {
        var inode: UInt64
        var modified: Int64
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

    /// Whether anybody has anything to say of former places.
    var hasDoubts: Bool { state.withLock { !$0.doubtful.isEmpty } }

    /// Whether no other fleet keeps anything here.
    func holdsOnly(_ fleet: FleetName) throws(HostFault) -> Bool {
        try refresh()
        return state.withLock { $0.damaged.isEmpty && $0.ledgers.keys.allSatisfy { $0.fleet == fleet } }
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
        if isCurrent(try folder.metadata()) { return }
        try folder.hold { _ throws(HostFault) in
            // Whoever of this process has just written says so before it lets go.
            let live = try folder.metadata()
            if !isCurrent(live) { try read(folder, live) }
        }
    }

    private func isCurrent(_ live: Metadata) -> Bool {
        guard let known = state.withLock({ $0.stamp }) else { return false }
        return known.inode == live.inode && known.modified == live.modified
    }

    private func read(_ folder: Folder, _ live: Metadata) throws(HostFault) {
        let isSettled = now().nanoseconds - live.modified > 20_000_000
        let before = state.withLock { $0 }
        let units = Dictionary(uniqueKeysWithValues: before.ledgers.keys.map { (Self.name(of: $0), $0) })
        var fresh = State()
        for name in try folder.names() where name.suffix(5).elementsEqual(".json".utf8) {
            do throws(HostFault) {
                counters.count { $0.ledgersLookedAt += 1 }
                guard let file = try folder.metadata(of: name) else { continue }
                fresh.files[name] = file
                if before.files[name]?.isSameContent(as: file) == true, let unit = units[name],
                    let ledger = before.ledgers[unit]
                {
                    fresh.put(ledger, of: unit)
                    continue
                }
                counters.count { $0.ledgersRead += 1 }
                let bytes = try folder.contents(of: name, limit: 512 << 20)
                let (unit, ledger) = try UnitLedger.read(bytes, file: folder.path.appending(name))
                guard Self.name(of: unit) == name else {
                    throw HostFault("\(folder.path.appending(name)) names another unit, \(unit)")
                }
                fresh.put(ledger, of: unit)
            } catch {
                fresh.damaged[name] = error
            }
        }
        fresh.stamp = isSettled ? Stamp(inode: live.inode, modified: live.modified) : mark(folder, live)
        let read = fresh
        state.withLock { $0 = read }
    }

    /// Durable when it returns. Writes nothing when nothing changed; an empty ledger is removed.
    ///
    /// Whoever writes holds the folder, and gives it a time that it never had: so nobody else can write between the look
    /// and the write unseen, and one's own writes are no reason to look at the ledgers of all units again.
    func store(_ ledger: UnitLedger, of unit: UnitID) throws(HostFault) {
        let known = try self.ledger(of: unit)
        guard known ?? UnitLedger() != ledger else { return }
        let name = Self.name(of: unit)
        let folder: Folder
        var staged: StagedFile?
        if ledger.isEmpty {
            guard let existing = try own.existing(.inventory) else { return }
            folder = existing
        } else {
            folder = try own.make(.inventory)
            CrashPoint.reached("host.inventory.write")
            staged = try own.stage(ledger.written(for: unit), for: unit.fleet)
        }
        try folder.hold { isAlone throws(HostFault) in
            let before = try folder.metadata()
            let isUnbroken = isAlone && isCurrent(before)
            if let staged {
                do throws(HostFault) { try staged.folder.rename(staged.name, into: folder, over: name) } catch {
                    _ = try? staged.folder.remove(staged.name)
                    throw error
                }
            } else {
                try folder.remove(name)
            }
            counters.count { $0.ledgers += 1 }
            let (stamp, file) = (mark(folder, before), staged?.live)
            state.withLock { state in
                state.stamp = isUnbroken ? stamp : nil
                state.files[name] = file
                state.put(ledger, of: unit)
            }
        }
        CrashPoint.reached("host.inventory.written")
        try folder.sync()
    }

    /// Gives the folder a time of change that it never had, so that any later one shows. `nil` where that cannot be.
    private func mark(_ folder: Folder, _ before: Metadata) -> Stamp? {
        let time = max(now().nanoseconds, before.modified + 1)
        guard clinux_set_modified(folder.descriptor.raw, time) == 0, let live = try? folder.metadata(),
            live.modified == time
        else { return nil }
        return Stamp(inode: live.inode, modified: time)
    }

    private static func name(of unit: UnitID) -> [UInt8] {
        Array("\(unit.fleet).\(unit.application).\(unit.target).json".utf8)
    }
}
