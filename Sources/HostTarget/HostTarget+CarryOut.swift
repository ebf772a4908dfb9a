// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Manifest
package import Model

extension HostTarget {
    /// Packages first, then folders, all files and links together, what goes, and services last, once the commands
    /// that check files have agreed. Nothing is written before the inventory in the target names it.
    package func carryOut(_ order: WaveOrder, of unit: UnitContext) async throws(TargetError) -> [Outcome] {
        let bench = workbench(for: unit)
        let own = OwnFolder(root: root)
        let installed = try await installPackages(order, bench)
        let lastSeen = try await self.lastSeen(in: order, of: unit)
        var plan = try await blocking { [book] () throws(HostFault) in
            let ledger = try book.ledger(of: unit.unit) ?? UnitLedger()
            let plan = WavePlanner.plan(order, ledger: ledger, bench, own, lastSeen: lastSeen)
            if plan.ledger != ledger { try book.store(plan.ledger, of: unit.unit) }
            return plan
        }
        plan.results.merge(installed) { $1 }
        try await stopServices(&plan, bench)
        var seen: [ObjectID: [UInt8]?] = plan.seen.mapValues { $0.bytes }
        let neighbours = Neighbours(order.context)
        let folders = plan.folders
        if !folders.isEmpty {
            let made = try await lanes.run { folders.map { ($0.id, Self.make($0, bench, neighbours)) } }
            for (id, result) in made { plan.results[id] = result }
        }
        var batch = PathBatch(
            writes: plan.writes, bench: bench, own: own, lanes: lanes, watched: watcher.own, contents: order.contents)
        try await batch.carryOut(on: root)
        for (id, result, observation) in batch.outcomes {
            plan.results[id] = result
            if let observation { seen[id] = observation.bytes }
        }
        try await settle(&plan, batch, unit)
        for (id, result) in try await remove(&plan, order, bench) {
            plan.results[id] = result
            seen[id] = .some(nil)
        }
        try await carryOutServices(&plan, bench)
        try await removePackages(&plan)
        try await record(seen, of: unit)
        await reportDue(plan.ledger, order, unit)
        return order.items.map { item in
            Outcome(
                object: item.change.object, uid: item.change.uid, action: item.change.action,
                result: plan.results[item.change.object] ?? .failed(reason: "nothing was tried"))
        }
    }

    private static func make(
        _ folder: FolderWrite, _ bench: Workbench, _ neighbours: Neighbours
    ) -> Outcome.Result {
        do throws(HostFault) {
            return try folder.carryOut(bench, neighbours) ? .done : .unchanged
        } catch {
            return .failed(reason: error.text)
        }
    }

    /// The commands have answered: nothing needs to be undone any more. What was not changed concerns no service.
    private func settle(_ plan: inout WavePlan, _ batch: PathBatch, _ unit: UnitContext) async throws(TargetError) {
        var ledger = plan.ledger
        // What changes nothing must not touch the ledger: then it is neither copied nor compared.
        for write in batch.writes where ledger.entries[write.id]?.isUnvalidated ?? false {
            ledger.entries[write.id]?.isUnvalidated = false
        }
        let changed = plan.changing.filter { plan.results[$0].map { !$0.isFailure } ?? true }
        ledger.forgetNews(since: plan.before)
        ledger.noteChange(of: changed)
        plan.ledger = ledger
        let undo = Originals(own: OwnFolder(root: root), unit: unit.unit, part: .undo)
        let isValidated = plan.isValidated
        try await blocking { [book, ledger] () throws(HostFault) in
            try book.store(ledger, of: unit.unit)
            guard isValidated else { return }
            for write in batch.writes { try undo.forget(write.located.real) }
        }
    }

    /// What goes: files side by side, then folders from the innermost, then folders that were made on the way.
    private func remove(
        _ plan: inout WavePlan, _ order: WaveOrder, _ bench: Workbench
    ) async throws(TargetError) -> [(ObjectID, Outcome.Result)] {
        let originals = Originals(own: OwnFolder(root: root), unit: bench.unit)
        let left = try await leftPlaces(plan, order, bench, originals)
        let files = plan.removals + left.filter { $0.kind != "Directory" }
        let folders = plan.folderRemovals + left.filter { $0.kind == "Directory" }
        let orphans = plan.orphans
        guard !files.isEmpty || !folders.isEmpty || !orphans.isEmpty else { return [] }
        let removed = try await lanes.map(files, perLane: 4) { ($0, $0.removeFile(bench)) }
        let (emptied, ledger) = try await blocking { [plan, book] () throws(HostFault) in
            for parent in Set(files.compactMap { $0.entry.path?.parent }) { try bench.reach.open(parent)?.sync() }
            let emptied = folders.map { ($0, $0.removeFolder(bench)) }
            for path in orphans.compactMap(\.path) { try originals.forget(path) }
            var ledger = plan.ledger
            let gone = (removed + emptied).filter { !$0.1.isFailure }.map(\.0)
            let goneUIDs = Set(gone.map(\.entry.uid))
            let leftPaths = Set(gone.filter { $0.id == nil }.map(\.entry.path))
            ledger.former.removeAll { leftPaths.contains($0.entry.path) }
            for id in gone.compactMap(\.id) where id.kind == ServiceFiles.kind { ledger.entries[id] = nil }
            try Self.removeEmptyFolders(&ledger, without: goneUIDs, bench)
            try book.store(ledger, of: bench.unit)
            return (emptied, ledger)
        }
        plan.ledger = ledger
        return (removed + emptied).compactMap { removal, result in
            removal.id.map { ($0, result.outcome) }
        }
    }

    /// Folders made on the way go again when nothing of the unit lies in them and they are empty.
    private static func removeEmptyFolders(
        _ ledger: inout UnitLedger, without gone: Set<Text>, _ bench: Workbench
    ) throws(HostFault) {
        let paths = ledger.entries.values.filter { !gone.contains($0.uid) }.compactMap(\.path)
        for folder in ledger.folders.sorted(by: >) where !paths.contains(where: { $0.isWithin(folder) }) {
            guard let parent = folder.parent, let open = try bench.reach.open(parent), open.path == parent else {
                continue
            }
            // Not empty: it is not ours alone any more, and we are done with it.
            _ = try? open.removeFolder(folder.name)
            ledger.folders.removeAll { $0 == folder }
        }
    }
}

extension PathRemoval.Result {
    var isFailure: Bool { if case .failed = self { true } else { false } }

    fileprivate var outcome: Outcome.Result {
        switch self {
        case .done: .done
        case .unchanged: .unchanged
        case .failed(let fault): .failed(reason: fault.text)
        }
    }
}

extension Outcome.Result {
    var isFailure: Bool {
        switch self {
        case .failed, .skipped: true
        case .done, .unchanged: false
        }
    }
}
