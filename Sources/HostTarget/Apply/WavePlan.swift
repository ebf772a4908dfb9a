// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model

/// A wave sorted by what has to be done, and what the ledger must say before it is.
struct WavePlan: Sendable {
    var results: [ObjectID: Outcome.Result] = [:]
    /// Parents before children.
    var folders: [FolderWrite] = []
    var writes: [PathWrite] = []
    var removals: [PathRemoval] = []
    /// Children before parents.
    var folderRemovals: [PathRemoval] = []
    var orphans: [UnitLedger.Entry] = []
    /// What was found to stand already.
    var seen: [ObjectID: Observation] = [:]
    var ledger: UnitLedger
    /// Where something that the unit wrote stands, under whatever name.
    private let written: Set<HostPath>
    /// Where objects stand that are still desired.
    private let held: Set<HostPath>

    init(ledger: UnitLedger, context: [DesiredObject] = []) {
        self.ledger = ledger
        written = ledger.writtenPaths
        held = Set(context.compactMap { ledger.entries[$0.id]?.path })
    }

    var isEmpty: Bool { folders.isEmpty && writes.isEmpty && removals.isEmpty && folderRemovals.isEmpty }

    /// Looks at everything and changes nothing, but that originals are kept.
    static func make(
        _ order: WaveOrder, ledger: UnitLedger, known: [ObjectID: [UInt8]], _ bench: Workbench, _ own: OwnFolder
    ) -> WavePlan {
        var plan = WavePlan(ledger: ledger, context: order.context)
        let originals = Originals(own: own, unit: bench.unit)
        let neighbours = Neighbours(order.context)
        for item in order.items {
            let id = item.change.object
            do throws(HostFault) {
                switch item.change.action {
                case .keep: plan.results[id] = .unchanged
                case .create, .update:
                    guard let desired = item.desired else { throw HostFault("nothing is desired") }
                    let observation = known[id].flatMap(Observation.init(bytes:))
                    try plan.add(desired, observation, neighbours, originals, bench)
                case .delete: try plan.remove(item.change, neighbours, originals, bench)
                case .orphan:
                    plan.results[id] = .done
                    if let entry = ledger.entries[id], let path = entry.path, !plan.held.contains(path) {
                        plan.orphans.append(entry)
                    }
                }
            } catch {
                plan.results[id] = .failed(reason: error.text)
            }
        }
        plan.folders.sort { $0.spec.path < $1.spec.path }
        plan.folderRemovals.sort { ($1.entry.path ?? .root) < ($0.entry.path ?? .root) }
        return plan
    }

    private mutating func add(
        _ desired: DesiredObject, _ observation: Observation?, _ neighbours: Neighbours, _ originals: Originals,
        _ bench: Workbench
    ) throws(HostFault) {
        try bench.reach.check(.kind(desired.id.kind))
        let object = try HostObject(desired)
        guard let path = object.path else { throw HostFault("has no path") }
        let located: Located
        do throws(Obstacle) { located = try bench.locate(path) } catch { throw error.fault }
        let comparer = PathComparer(bench: bench, depth: .content)
        let answer = comparer.compare(object, context: neighbours, observation: observation)
        if case .refused(let reason) = answer.comparison { throw HostFault(reason.string) }
        if answer.comparison == .same {
            results[desired.id] = .unchanged
            seen[desired.id] = answer.observation
            // Written under another name of the object: it stays ours.
            if written.contains(located.real) {
                ledger.claim(desired.id, uid: object.place, wave: desired.wave, real: located.real)
            }
            return
        }
        for folder in try bench.reach.missingFolders(of: path.parent ?? .root) where !ledger.folders.contains(folder) {
            ledger.folders.append(folder)
        }
        let before = try located.folder?.metadata(of: located.name)
        let place = object.place
        let isOurs = written.contains(located.real)
        switch object.spec {
        case .directory(let directory):
            folders.append(
                FolderWrite(
                    id: desired.id, spec: directory,
                    owner: try bench.ownership.resolve(directory.owner, directory.group), wave: desired.wave,
                    located: located))
            // A folder that was there before us stays when we go: it is not marked as written.
            if before != nil, !isOurs { return }
        case .file(let file):
            var write = PathWrite(
                id: desired.id, path: path, wave: desired.wave, digest: desired.digest,
                payload: .file(file.content, mode: file.mode),
                owner: try bench.ownership.resolve(file.owner, file.group), validate: file.validate, located: located,
                before: before)
            for command in file.validate { try bench.reach.check(.command(command)) }
            // What we take over is kept as it is, and that is the very file.
            write.isAdjustment = isOurs && Self.isAdjustment(answer.comparison, before)
            if observation?.content == file.content.id { write.wasValidated = true }
            writes.append(write)
        case .link(let link):
            writes.append(
                PathWrite(
                    id: desired.id, path: path, wave: desired.wave, digest: desired.digest,
                    payload: .link(target: link.target), owner: try bench.ownership.resolve(nil, nil), validate: [],
                    located: located, before: before))
        }
        if let before, let folder = located.folder, !isOurs, before.kind != .folder {
            try originals.keep(located.name, before, in: folder)
        }
        ledger.claim(desired.id, uid: place, wave: desired.wave, real: located.real)
    }

    /// Whether mode and owner are all that differs, and setting them touches no other name of the file.
    private static func isAdjustment(_ comparison: Comparison, _ before: Metadata?) -> Bool {
        guard case .differs(let fields, _) = comparison, let before, before.kind == .file, before.links == 1 else {
            return false
        }
        let metadata = ["mode", "owner", "group"].map { FieldDifference.spec($0, nil, nil).path }
        return fields.allSatisfy { metadata.contains($0.path) }
    }

    /// Only what is ours, within the limits as they are now, and never what another object stands for.
    private mutating func remove(
        _ change: Change, _ neighbours: Neighbours, _ originals: Originals, _ bench: Workbench
    ) throws(HostFault) {
        let id = change.object
        let entry =
            ledger.entries[id] ?? UnitLedger.Entry(uid: change.uid, wave: change.wave, real: nil, isWritten: true)
        guard let declared = HostPath(entry.uid), let real = entry.path else {
            throw HostFault("where it lies is not known any more: remove it by hand")
        }
        try bench.reach.check(.kind(id.kind))
        try bench.reach.check(declared)
        if let owner = bench.book.claimant(of: [declared.text, real.text].compactMap(\.self), otherThan: bench.unit) {
            throw Obstacle.claimed(by: owner).fault
        }
        if held.contains(real) || neighbours.paths.contains(declared) {
            results[id] = .unchanged
            return
        }
        let removal = PathRemoval(id: id, entry: entry, kind: id.kind, originals: originals)
        if id.kind == "Directory" { folderRemovals.append(removal) } else { removals.append(removal) }
    }
}
