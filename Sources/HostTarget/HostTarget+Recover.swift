// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import Manifest
import Model

extension HostTarget {
    /// Puts back what no command has agreed to, finishes an interrupted run of packages, and removes temporary files
    /// that a killed process left beside its objects. Which folders may hold some, the ledgers tell: they are written
    /// first. Of other fleets somebody else may be in the middle of a wave: theirs is left alone.
    package func recover() async throws(TargetError) {
        try await blocking { [book, root, packages, fleet] () throws(HostFault) in
            let units = try book.all().filter { fleet == nil || $0.key.fleet == fleet }
            for (unit, ledger) in units { try Self.undo(ledger, of: unit, book, root) }
            if let kept = try OwnFolder(root: root).existing(.undo) {
                let own = fleet.map(Originals.undoPrefix(of:)) ?? []
                // Builds before this one named no fleet.
                let isAlone = try fleet.map { fleet throws(HostFault) in try book.holdsOnly(fleet) } ?? true
                for name in try kept.names()
                where name.starts(with: own) || isAlone && Originals.isNamelessUndo(name) {
                    try kept.remove(name)
                }
            }
            // What cannot be finished now fails the packages by itself.
            try? packages?.finishInterrupted()
        }
        try await removeTemporaries()
    }

    /// The wave's old files come back, and what was new goes.
    private static func undo(_ ledger: UnitLedger, of unit: UnitID, _ book: LedgerBook, _ root: Root) throws(HostFault)
    {
        guard ledger.entries.values.contains(where: \.isUnvalidated) else { return }
        var ledger = ledger
        let kept = Originals(own: OwnFolder(root: root), unit: unit, part: .undo)
        for (id, entry) in ledger.entries where entry.isUnvalidated {
            if let path = entry.path, let parent = path.parent, let folder = try root.realFolder(at: parent),
                try !kept.restore(path.name, in: folder),
                let live = try folder.metadata(of: path.name), live.kind == .file || live.kind == .link
            {
                try folder.remove(path.name)
                try folder.sync()
            }
            ledger.entries[id]?.isUnvalidated = false
        }
        try book.store(ledger, of: unit)
        CrashPoint.reached("host.wave.undone")
    }

    private func removeTemporaries() async throws(TargetError) {
        let bench = Reach(root: root, limits: HostLimits(), protected: protected)
        try await blocking { [book, root, fleet] () throws(HostFault) in
            var folders: Set<HostPath> = []
            for (unit, ledger) in try book.all() where fleet == nil || unit.fleet == fleet {
                let entries = ledger.entries.values + ledger.former.map(\.entry)
                folders.formUnion(entries.compactMap { $0.path?.parent })
            }
            let own = OwnFolder(root: root)
            let isAlone = try fleet.map { fleet throws(HostFault) in try book.holdsOnly(fleet) } ?? true
            folders.insert(OwnFolder.path)
            for part in OwnFolder.Part.allCases {
                if let folder = try own.existing(part) { folders.insert(folder.path) }
            }
            for path in folders {
                // A folder that cannot be listed now fails the objects in it by itself.
                guard let folder = try? bench.open(path), folder.path == path, let names = try? folder.names() else {
                    continue
                }
                for name in names where TemporaryName.isOne(name) {
                    let isOwn = fleet.map { TemporaryName.isOne(name, of: $0) } ?? true
                    if isOwn || isAlone && TemporaryName.isNameless(name) { _ = try? folder.remove(name) }
                }
            }
        }
    }
}
