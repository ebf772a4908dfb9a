// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model

/// Sorts a wave. Looks at everything and changes nothing, but that originals are kept.
struct WavePlanner {
    private let order: WaveOrder
    private let bench: Workbench
    private let originals: Originals
    private let undo: Originals
    private let neighbours: Neighbours
    /// How files stood that nobody knows the maker of.
    private let lastSeen: [ObjectID: Observation]
    /// Where something that the unit wrote stands, under whatever name; looked up when it is first needed.
    private var written: Set<HostPath>?
    /// Where objects stand that are still desired.
    private let held: Set<HostPath>
    /// Whether commands check the wave: then all of it must be able to come back.
    private let isValidated: Bool
    private var plan: WavePlan

    static func plan(
        _ order: WaveOrder, ledger: UnitLedger, _ bench: Workbench, _ own: OwnFolder,
        lastSeen: [ObjectID: Observation]
    ) -> WavePlan {
        var planner = WavePlanner(order, ledger, bench, own, lastSeen)
        for item in order.items where item.change.object.kind != "Package" || item.change.action == .delete {
            planner.add(item)
        }
        planner.finish()
        return planner.plan
    }

    private init(
        _ order: WaveOrder, _ ledger: UnitLedger, _ bench: Workbench, _ own: OwnFolder,
        _ lastSeen: [ObjectID: Observation]
    ) {
        self.lastSeen = lastSeen
        self.order = order
        self.bench = bench
        originals = Originals(own: own, unit: bench.unit)
        undo = Originals(own: own, unit: bench.unit, part: .undo)
        neighbours = Neighbours(order.context)
        held = Set(order.context.compactMap { ledger.entries[$0.id]?.path })
        isValidated = order.items.contains { $0.desired?.spec["validate"] != nil }
        plan = WavePlan(ledger: ledger, before: ledger)
    }

    private mutating func add(_ item: WaveOrder.Item) {
        let id = item.change.object
        do throws(HostFault) {
            switch item.change.action {
            case .keep: plan.results[id] = .unchanged
            case .create, .update:
                guard let desired = item.desired else { throw HostFault("nothing is desired") }
                try bench.reach.check(.kind(desired.id.kind))
                let object = try HostObject(desired)
                if case .service(let spec) = object.spec {
                    try add(object, spec, wave: desired.wave)
                } else {
                    try add(object, wave: desired.wave)
                }
            case .delete: try remove(item.change)
            case .orphan:
                plan.results[id] = .done
                for (other, entry) in plan.ledger.entries where other == id || ServiceFiles.isFile(other, of: id) {
                    if let path = entry.path, !held.contains(path) { plan.orphans.append(entry) }
                }
            }
        } catch {
            plan.results[id] = .failed(reason: error.text)
        }
    }

    private mutating func finish() {
        plan.folders.sort { $0.spec.path < $1.spec.path }
        plan.folderRemovals.sort { ($1.entry.path ?? .root) < ($0.entry.path ?? .root) }
        plan.ledger.noteChange(of: plan.changing)
        guard plan.isValidated else { return }
        for write in plan.writes { plan.ledger.entries[write.id]?.isUnvalidated = true }
    }

    // MARK: What is desired

    /// The files of a service first: what it does about them comes after.
    private mutating func add(_ object: HostObject, _ spec: ServiceSpec, wave: Int) throws(HostFault) {
        guard let service = object.service else { throw HostFault("has no name") }
        try bench.reach.check(.service(service.text))
        if let owner = bench.book.claimant(of: [object.place], otherThan: bench.unit) {
            throw Obstacle.claimed(by: owner).fault
        }
        let files = ServiceFiles.objects(of: object, spec)
        let isUncertain = plan.ledger.isUncertain(object.id)
        for file in files {
            let isKnown = plan.ledger.entries[file.id] != nil
            if isUncertain, !isKnown {
                plan.ledger.entries[file.id] = UnitLedger.Entry(
                    uid: file.place, wave: wave, isWritten: false, isUncertain: true)
            }
            // The engine names the service, and not its files.
            try add(file, wave: wave, isNew: !isUncertain && !isKnown)
        }
        let declared = Set(files.map(\.id))
        for (id, entry) in plan.ledger.entries where ServiceFiles.isFile(id, of: object.id) && !declared.contains(id) {
            plan.removals.append(PathRemoval(id: id, entry: entry, kind: id.kind, originals: originals))
        }
        plan.ledger.claim(service: object.id, uid: object.place, wave: wave, reactions: spec.reactions)
        plan.services.append(ServiceOrder(id: object.id, service: service, spec: spec))
    }

    /// - Parameter isNew: that the ledger does not name it yet says nothing.
    private mutating func add(_ object: HostObject, wave: Int, isNew: Bool = false) throws(HostFault) {
        guard let path = object.path else { throw HostFault("has no path") }
        let located: Located
        do throws(Obstacle) { located = try bench.locate(path, as: object.id.kind) } catch { throw error.fault }
        let comparer = PathComparer(bench: bench, depth: .content)
        let answer = comparer.compare(object, context: neighbours, observation: nil)
        if case .refused(let reason) = answer.comparison { throw HostFault(reason.string) }
        let known = plan.ledger.entries[object.id]
        let isUncertain =
            !isNew && plan.ledger.isUncertain(object.id) && (known?.uid ?? object.place) == object.place
        // An original is kept only of what we took the place of.
        let isOurs =
            isUncertain ? try originals.isKept(located.real) : self.isOurs(located.real, as: object.id)
        if answer.comparison == .same {
            plan.results[object.id] = .unchanged
            plan.seen[object.id] = answer.observation
            // Written under another name of the object: it stays ours.
            if isOurs { plan.ledger.claim(object.id, uid: object.place, wave: wave, real: located.real) }
            return
        }
        let missing = try bench.reach.missingFolders(of: path.parent ?? .root)
        for folder in missing where !plan.ledger.folders.contains(folder) { plan.ledger.folders.append(folder) }
        let before = try located.folder?.metadata(of: located.name)
        // A folder that was there before us stays when we go: it is not marked as written.
        guard try write(object, wave, located, before, answer.comparison, isOurs: isOurs) else { return }
        var isDoubtful = false
        if let before, let folder = located.folder, before.kind != .folder {
            // Nobody has touched it since it stood as desired: it is not to come back as what was there before us.
            isDoubtful = isUncertain && !isOurs && lastSeen[object.id]?.live == Observation.Stamp(before)
            if !isOurs, !isDoubtful { try originals.keep(located.name, before, in: folder) }
            if isValidated { try undo.keep(located.name, before, in: folder) }
        }
        plan.ledger.claim(object.id, uid: object.place, wave: wave, real: located.real)
        if isDoubtful { plan.ledger.doubt(object.id) }
    }

    /// Whether the unit wrote what stands there: as a rule for this very object, and that costs no look at all others.
    private mutating func isOurs(_ path: HostPath, as id: ObjectID) -> Bool {
        if let entry = plan.before.entries[id], entry.isWritten, entry.path == path { return true }
        let written = written ?? plan.before.writtenPaths
        self.written = written
        return written.contains(path)
    }

    /// Gives whether the place becomes ours.
    private mutating func write(
        _ object: HostObject, _ wave: Int, _ located: Located, _ before: Metadata?, _ comparison: Comparison,
        isOurs: Bool
    ) throws(HostFault) -> Bool {
        switch object.spec {
        case .directory(let directory):
            let owner = try bench.ownership.resolve(directory.owner, directory.group)
            plan.folders.append(
                FolderWrite(id: object.id, spec: directory, owner: owner, wave: wave, located: located))
            return before == nil || isOurs
        case .file(let file):
            for command in file.validate { try bench.reach.check(.command(command)) }
            let owner = try bench.ownership.resolve(file.owner, file.group)
            var write = PathWrite(
                id: object.id, fleet: bench.unit.fleet, path: file.path, wave: wave, digest: object.digest,
                payload: .file(file.content, mode: file.mode), owner: owner, validate: file.validate,
                located: located, before: before)
            // What we take over is kept as it is, and that is the very file; so is what must be able to come back.
            write.isAdjustment = isOurs && !isValidated && Self.isAdjustment(comparison, before)
            plan.writes.append(write)
        case .link(let link):
            plan.writes.append(
                PathWrite(
                    id: object.id, fleet: bench.unit.fleet, path: link.path, wave: wave, digest: object.digest,
                    payload: .link(target: link.target), owner: try bench.ownership.resolve(nil, nil), validate: [],
                    located: located, before: before))
        case .service, .package: throw HostFault("lies at no path")
        }
        return true
    }

    /// Whether mode and owner are all that differs, and setting them touches no other name of the file.
    private static func isAdjustment(_ comparison: Comparison, _ before: Metadata?) -> Bool {
        guard case .differs(let fields, _) = comparison, let before, before.kind == .file, before.links == 1 else {
            return false
        }
        let metadata = ["mode", "owner", "group"].map { FieldDifference.spec($0, nil, nil).path }
        return fields.allSatisfy { metadata.contains($0.path) }
    }

    // MARK: What is not desired any more

    /// Only what is ours, within the limits as they are now, and never what another object stands for.
    private mutating func remove(_ change: Change) throws(HostFault) {
        let id = change.object
        let entry =
            plan.ledger.entries[id]
            ?? UnitLedger.Entry(uid: change.uid, wave: change.wave, isWritten: false, isUncertain: true)
        try bench.reach.check(.kind(id.kind))
        if let owner = bench.book.claimant(of: [entry.uid, entry.real].compactMap(\.self), otherThan: bench.unit) {
            throw Obstacle.claimed(by: owner).fault
        }
        switch Place(entry.uid) {
        case .path(let declared): try remove(id, entry, declared)
        case .service(let service): try remove(id, service, isUncertain: entry.isUncertain)
        case .package(let package):
            try bench.reach.check(.package(package))
            let isHeld = order.context.contains { Place($0) == .package(package) }
            guard entry.isWritten || entry.isUncertain, !isHeld else {
                plan.results[id] = .unchanged
                return
            }
            plan.packageRemovals.append(PackageRemoval(id: id, package: package, isUncertain: entry.isUncertain))
        case .unknown: throw HostFault("where it lies is not known any more: remove it by hand")
        }
    }

    private mutating func remove(_ id: ObjectID, _ entry: UnitLedger.Entry, _ declared: HostPath) throws(HostFault) {
        try bench.reach.check(declared, as: id.kind)
        if entry.path.map(held.contains) ?? false || neighbours.paths.contains(declared) {
            plan.results[id] = .unchanged
            return
        }
        let removal = PathRemoval(id: id, entry: entry, kind: id.kind, originals: originals)
        if id.kind == "Directory" { plan.folderRemovals.append(removal) } else { plan.removals.append(removal) }
    }

    private mutating func remove(_ id: ObjectID, _ service: ServiceName, isUncertain: Bool) throws(HostFault) {
        try bench.reach.check(.service(service.text))
        guard !order.context.contains(where: { Place($0) == .service(service) }) else {
            plan.results[id] = .unchanged
            return
        }
        let files = plan.ledger.entries.filter { ServiceFiles.isFile($0.key, of: id) }
        if isUncertain, files.isEmpty, let file = try ownFile(of: service) { throw HostFault.lostRecord(of: file) }
        for (file, entry) in files {
            plan.removals.append(PathRemoval(id: file, entry: entry, kind: file.kind, originals: originals))
        }
        let losesUnit = files.values.contains { $0.path == service.unitPath && $0.isWritten }
        plan.serviceRemovals.append(ServiceRemoval(id: id, service: service, losesUnit: losesUnit))
    }

    /// A file that somebody has given a service on this host, as we do.
    private func ownFile(of service: ServiceName) throws(HostFault) -> HostPath? {
        let (unit, dropIns) = (service.unitPath, service.dropInFolder)
        if let folder = try unit.parent.flatMap({ parent throws(HostFault) in try bench.reach.open(parent) }),
            try folder.metadata(of: unit.name)?.kind == .file
        {
            return unit
        }
        return try bench.reach.open(dropIns)?.names().isEmpty == false ? dropIns : nil
    }
}
