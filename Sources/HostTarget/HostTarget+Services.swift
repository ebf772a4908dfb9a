// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model

extension HostTarget {
    /// How long services wait for somebody's work on packages, which starts and stops them itself.
    private static let patience = Duration.seconds(120)
    private static let busy: Text = "waits for another apt or dpkg, which is at work"

    private static let noServices = HostFault("this target is a sandbox, which has no services of its own")

    func compare(
        _ object: HostObject, _ spec: ServiceSpec, changed: Set<ObjectID>, _ comparer: PathComparer,
        _ known: [ObjectID: [UInt8]]
    ) -> Comparison {
        let bench = comparer.bench
        do throws(HostFault) {
            guard let service = object.service else { throw HostFault("has no name") }
            guard let services else { throw Self.noServices }
            try bench.reach.check(.service(service.text))
            if let owner = bench.book.claimant(of: [object.place], otherThan: bench.unit) {
                return .claimed(by: owner)
            }
            let ledger = try book.ledger(of: bench.unit)
            let entry = ledger?.entries[object.id]
            if let ledger, case .service(let former)? = entry.map({ Place($0.uid) }), former != service,
                ledger.entries.contains(where: { ServiceFiles.isFile($0.key, of: object.id) && $0.value.isWritten })
            {
                throw HostFault.renamed(object, from: former.text, to: service.text)
            }
            let files = ServiceFiles.objects(of: object, spec)
            var fields: [FieldDifference] = []
            for file in files {
                let observation = known[file.id].flatMap(Observation.init(bytes:))
                switch comparer.compare(file, context: Neighbours([]), observation: observation).comparison {
                case .same, .extended: break
                case .absent: fields.append(.spec(file.id.name, nil, "written"))
                case .differs(let inside, _):
                    fields += inside.map { FieldDifference(path: Self.path(of: file.id), old: $0.old, new: $0.new) }
                case .claimed(let owner): return .claimed(by: owner)
                case .refused(let reason): throw HostFault(reason.string)
                }
            }
            let declared = Set(files.map(\.id))
            for id in ledger?.entries.keys.sorted() ?? []
            where ServiceFiles.isFile(id, of: object.id) && !declared.contains(id) {
                fields.append(FieldDifference(path: Self.path(of: id), old: "present", new: nil))
            }
            let hasNewFiles = !fields.isEmpty
            let state = try services.state(of: service)
            var dues = spec.reactions.filter { changed.contains($0.key) }.map(\.value)
            if let due = entry?.due { dues.append(due) }
            if hasNewFiles { dues.append(.restart) }
            let wish = ServiceWish(
                service: service, isEnabled: spec.isEnabled, isRunning: spec.isRunning, due: dues.max())
            // What it will be once its files are read is not known yet; without its package it is simply not there.
            if state.load == .notFound, hasNewFiles || spec.isRunning == true || spec.isEnabled == true {
                return .absent
            }
            if !hasNewFiles || state.load == .loaded { fields += try ServiceDecision.plan(wish, state).fields }
            if fields.isEmpty, let entry, entry.reactions != spec.reactions {
                fields.append(.spec("reloadOn", "as declared before", "as declared now"))
            }
            return fields.isEmpty ? .same : .differs(fields, cause: nil)
        } catch {
            return .refused(error.text)
        }
    }

    private static func path(of file: ObjectID) -> FieldPath {
        let names = file.name.utf8.split(separator: UInt8(ascii: "/")).compactMap { Text(utf8: $0) }
        return FieldPath([.key("spec")] + names.map { .key($0) })
    }

    /// What is not declared any more and loses its file stops before that.
    func stopServices(_ plan: inout WavePlan, _ bench: Workbench) async throws(TargetError) {
        let removals = plan.serviceRemovals.filter(\.losesUnit)
        guard !removals.isEmpty else { return }
        let faults = try await lanes.run { [services] in
            removals.map { removal -> (ServiceRemoval, HostFault?) in
                do throws(HostFault) {
                    guard let services else { throw Self.noServices }
                    let state = try services.state(of: removal.service)
                    let wish = ServiceWish(
                        service: removal.service, isEnabled: state.enablement == .fixed ? nil : false, isRunning: false)
                    for act in try ServiceDecision.plan(wish, state).acts {
                        try services.perform(act, on: removal.service)
                        CrashPoint.reached("host.service.stopped")
                    }
                    return (removal, nil)
                } catch {
                    return (removal, error)
                }
            }
        }
        for (removal, fault) in faults {
            guard let fault else { continue }
            plan.results[removal.id] = .failed(reason: fault.text)
            plan.removals.removeAll { $0.id.map { ServiceFiles.isFile($0, of: removal.id) } ?? false }
        }
    }

    /// Sets services right, unless something of their wave failed: then what they would load is not what was meant.
    func carryOutServices(_ plan: inout WavePlan, _ bench: Workbench) async throws(TargetError) {
        guard !plan.services.isEmpty || !plan.serviceRemovals.isEmpty else { return }
        let failed = plan.results.first { $0.value.isFailure && !$0.key.kind.utf8.elementsEqual("Service".utf8) }
        if let failed {
            for order in plan.services {
                let own = plan.results.first { $0.value.isFailure && ServiceFiles.isFile($0.key, of: order.id) }
                plan.results[order.id] = own?.value ?? .skipped(reason: "\(failed.key) failed")
            }
            for removal in plan.serviceRemovals {
                let own = plan.results.first { $0.value.isFailure && ServiceFiles.isFile($0.key, of: removal.id) }
                if let own { plan.results[removal.id] = own.value }
            }
            guard plan.services.isEmpty else { return }
        }
        if let packages, await !packages.isFree(within: Self.patience) {
            for order in plan.services { plan.results[order.id] = .failed(reason: Self.busy) }
            for removal in plan.serviceRemovals { plan.results[removal.id] = .failed(reason: Self.busy) }
            return
        }
        let work = plan
        let done = try await lanes.run { [services] in Self.carryOut(work, services, bench) }
        for (id, result) in done where plan.results[id].map({ !$0.isFailure }) ?? true {
            plan.results[id] = result
            if !result.isFailure { plan.ledger.entries[id]?.due = nil }
        }
        try await blocking { [book, ledger = plan.ledger] () throws(HostFault) in
            try book.store(ledger, of: bench.unit)
        }
    }

    private static func carryOut(
        _ plan: WavePlan, _ services: (any ServiceManager)?, _ bench: Workbench
    ) -> [(ObjectID, Outcome.Result)] {
        func attempt(_ id: ObjectID, _ body: () throws(HostFault) -> Bool) -> (ObjectID, Outcome.Result) {
            do throws(HostFault) {
                return (id, try body() ? .done : .unchanged)
            } catch {
                return (id, .failed(reason: error.text))
            }
        }
        var definitionsFault: HostFault?
        let changedFiles = plan.changing.filter { $0.kind == ServiceFiles.kind }
        do throws(HostFault) {
            guard let services else { throw noServices }
            if !changedFiles.isEmpty { try services.reloadDefinitions() }
        } catch {
            definitionsFault = error
        }
        CrashPoint.reached("host.services.begun")
        let orders = plan.services.map { order in
            attempt(order.id) { () throws(HostFault) in
                if let definitionsFault { throw definitionsFault }
                guard let services else { throw noServices }
                return try order.carryOut(services, due: plan.ledger.entries[order.id]?.due, bench)
            }
        }
        // One whose files could not go is what it was.
        let going = plan.serviceRemovals.filter { !(plan.results[$0.id]?.isFailure ?? false) }
        let removals = going.map { removal in
            attempt(removal.id) { () throws(HostFault) in
                if let definitionsFault { throw definitionsFault }
                let lostFiles = changedFiles.contains { ServiceFiles.isFile($0, of: removal.id) }
                guard let services, lostFiles else { return false }
                // Without our changes to it, the distribution's service is another.
                if !removal.losesUnit, try services.state(of: removal.service).activity.isRunning {
                    try services.perform(.restart, on: removal.service)
                }
                return true
            }
        }
        return orders + removals
    }

    /// Services that something was changed for, and that this order did not name: the engine is told, and asks.
    func reportDue(_ ledger: UnitLedger, _ order: WaveOrder, _ unit: UnitContext) async {
        let named = Set(order.items.map(\.change.object))
        let due = ledger.entries.filter { $0.value.due != nil && !named.contains($0.key) }.map(\.key)
        if !due.isEmpty { serviceWatch.report(Set(due), of: unit.unit) }
    }
}

extension ServiceOrder {
    /// Gives whether anything had to be done.
    fileprivate func carryOut(
        _ services: any ServiceManager, due: Reaction?, _ bench: Workbench
    ) throws(HostFault) -> Bool {
        let wish = ServiceWish(service: service, isEnabled: spec.isEnabled, isRunning: spec.isRunning, due: due)
        var decision = try ServiceDecision.plan(wish, try services.state(of: service))
        guard !decision.isNothing else { return false }
        if decision.readsDefinitions {
            try services.reloadDefinitions()
            decision = try ServiceDecision.plan(wish, try services.state(of: service))
        }
        for act in decision.acts {
            try services.perform(act, on: service)
            bench.counters.count { $0.services += 1 }
            CrashPoint.reached("host.service.acted")
        }
        // One that starts and ends at once has started, as far as its manager is concerned.
        let after = try services.state(of: service)
        if spec.isRunning == true, !after.activity.isRunning {
            throw HostFault("\(service) is \(after.activity.words): see journalctl --unit \(service)")
        }
        return true
    }
}
