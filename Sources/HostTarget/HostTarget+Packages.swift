// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import Synchronization

extension HostTarget {
    private static let noPackages = HostFault("this target is a sandbox, which has no packages of its own")

    func compare(_ object: HostObject, _ spec: PackageSpec, _ bench: Workbench) -> Comparison {
        do throws(HostFault) {
            guard let name = object.package else { throw HostFault("has no name") }
            guard let packages else { throw Self.noPackages }
            try bench.reach.check(.package(name))
            if let owner = bench.book.claimant(of: [object.place], otherThan: bench.unit) {
                return .claimed(by: owner)
            }
            let installed = try packages.packages()
            if let entry = try book.ledger(of: bench.unit)?.entries[object.id], entry.isWritten,
                case .package(let former) = Place(entry.uid), former != name, installed[former] != nil
            {
                throw HostFault.renamed(object, from: former, to: name)
            }
            let live = installed[name]
            let decision = PackageDecision.plan(name, spec, live)
            if decision.act == nil { return .same }
            let who = packages.whoChanged(name)
            packageChanges.withLock { $0[object.id] = who }
            return live == nil ? .absent : .differs(decision.fields, cause: nil)
        } catch {
            return .refused(error.text)
        }
    }

    /// All packages of the wave in one run: they may need each other.
    func installPackages(
        _ order: WaveOrder, _ bench: Workbench
    ) async throws(TargetError) -> [ObjectID: Outcome.Result] {
        let items = order.items.filter { item in
            item.change.object.kind == "Package" && [.create, .update].contains(item.change.action)
        }
        guard !items.isEmpty else { return [:] }
        return try await blocking { [book, packages] () throws(HostFault) in
            var results: [ObjectID: Outcome.Result] = [:]
            var wanted: [(id: ObjectID, name: Text, spec: PackageSpec)] = []
            var acts: [PackageAct] = []
            var changing: Set<ObjectID> = []
            let before = try book.ledger(of: bench.unit) ?? UnitLedger()
            var ledger = before
            for item in items {
                let id = item.change.object
                do throws(HostFault) {
                    guard let packages, let desired = item.desired else { throw Self.noPackages }
                    let (object, name, spec) = try Self.read(desired, bench)
                    let live = try packages.packages()[name]
                    let isUncertain = ledger.isUncertain(id)
                    let known = ledger.entries[id].flatMap { $0.uid == object.place ? $0 : nil }
                    let isOurs = known?.isWritten ?? false || (live == nil && spec.state == .present)
                    ledger.claim(id, uid: object.place, wave: desired.wave, real: nil)
                    ledger.entries[id]?.isWritten = isOurs
                    ledger.entries[id]?.isUncertain = !isOurs && live != nil && isUncertain
                    wanted.append((id, name, spec))
                    guard let act = PackageDecision.plan(name, spec, live).act else { continue }
                    acts.append(act)
                    changing.insert(id)
                } catch {
                    results[id] = .failed(reason: error.text)
                }
            }
            ledger.noteChange(of: changing)
            if ledger != before { try book.store(ledger, of: bench.unit) }
            guard let packages else { return results }
            CrashPoint.reached("host.packages.begun")
            let fault = Self.attempt { () throws(HostFault) in try packages.perform(acts) }
            CrashPoint.reached("host.packages.done")
            if !acts.isEmpty { bench.counters.count { $0.packages += acts.count } }
            let live = try packages.packages()
            for (id, name, spec) in wanted {
                if PackageDecision.plan(name, spec, live[name]).act == nil {
                    results[id] = changing.contains(id) ? .done : .unchanged
                } else {
                    results[id] = .failed(reason: fault?.text ?? "\(name) is not as it should be after all")
                }
            }
            return results
        }
    }

    private static func read(
        _ desired: DesiredObject, _ bench: Workbench
    ) throws(HostFault) -> (HostObject, Text, PackageSpec) {
        try bench.reach.check(.kind(desired.id.kind))
        let object = try HostObject(desired)
        guard case .package(let spec) = object.spec, let name = object.package else { throw HostFault("has no name") }
        try bench.reach.check(.package(name))
        if let owner = bench.book.claimant(of: [object.place], otherThan: bench.unit) {
            throw Obstacle.claimed(by: owner).fault
        }
        return (object, name, spec)
    }

    func removePackages(_ plan: inout WavePlan) async throws(TargetError) {
        let removals = plan.packageRemovals
        guard !removals.isEmpty else { return }
        let results = try await lanes.run { [packages] () -> [(ObjectID, Outcome.Result)] in
            var before: [Text: PackageState] = [:]
            let fault = Self.attempt { () throws(HostFault) in
                guard let packages else { throw Self.noPackages }
                before = try packages.packages()
                let certain = removals.filter { !$0.isUncertain && before[$0.package] != nil }
                try packages.perform(certain.map { .remove($0.package) })
            }
            return removals.map { removal in
                let isGone = before[removal.package] == nil
                let lost = removal.isUncertain && !isGone ? HostFault.lostRecord(of: removal.package) : nil
                return (removal.id, (fault ?? lost).map { .failed(reason: $0.text) } ?? (isGone ? .unchanged : .done))
            }
        }
        for (id, result) in results { plan.results[id] = result }
    }

    private static func attempt(_ body: () throws(HostFault) -> Void) -> HostFault? {
        do throws(HostFault) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}

extension HostFault {
    /// What an object brought goes when the object does, and only then.
    static func renamed(_ object: HostObject, from former: Text, to name: Text) -> HostFault {
        HostFault(
            "was \(former), which Trimtab put on this host, and is \(name) now: declare \(name) as an object of another"
                + " name than \(object.id.name), and \(former) is removed with this one")
    }
}
