// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model

/// Makes one live object what is declared, by server-side apply: one request where nothing is in the way.
struct Applier: Sendable {
    let target: KubernetesTarget
    let reach: Reach
    let context: [DesiredObject]

    private var manager: Text { KubernetesTarget.manager }
    private var desk: Desk { target.desk }

    func apply(_ item: WaveOrder.Item, _ record: ObjectRecord?) async -> ObjectAnswer {
        guard let object = item.desired else { return ObjectAnswer(.failed(reason: "nothing is desired")) }
        do throws(KubernetesError) {
            return try await Defined.lately(object, by: context) { () throws(KubernetesError) in
                try await Written.meanwhile { () throws(KubernetesError) in
                    do throws(KubernetesError) { return try await apply(object, record) } catch {
                        desk.failed(object.id)
                        throw error
                    }
                }
            }
        } catch {
            return ObjectAnswer(.failed(reason: Refused(error, object: object.id).words))
        }
    }

    private func apply(_ object: DesiredObject, _ record: ObjectRecord?) async throws(KubernetesError) -> ObjectAnswer {
        let address = try await address(of: object)
        var plan = ApplyPlan(body: reach.body(of: object, at: address))
        var known = desk.takeFresh(object.id)
        if let sighting = known, sighting.sighting == nil {
            if let answer = try await create(plan, object, address) { return answer }
            known = nil
        }
        if known == nil || needsLook(object, known) {
            let told = desk.beginLook(at: CollectionOfOne(object.id))[object.id] ?? 0
            guard let live = try await find(address) else { return try await write(plan, object, address) }
            let verdict = verdict(object, plan.body, live, record)
            switch verdict.standing {
            case .stands:
                guard Claim.holder(of: live) == .unit(reach.unit.unit) else { break }
                let record = ObjectRecord(
                    of: live, desired: object.digest, manager: manager, key: target.key,
                    isExtended: verdict.isExtended)
                desk.saw(
                    live, object.id, unit: reach.unit.unit, told: told, isOurs: true, stands: record,
                    extended: verdict.extended)
                return ObjectAnswer(.unchanged, uid: record.uid, record: record)
            case .claimed(let holder): return ObjectAnswer(.failed(reason: "belongs to \(holder)"))
            case .refused(let reason): return ObjectAnswer(.failed(reason: reason))
            case .differs: break
            }
            try await prepare(&plan, object, address, live, verdict)
        } else if let sighting = known?.sighting {
            if known?.record?.desired == object.digest {
                return ObjectAnswer(.unchanged, uid: sighting.uid, record: known?.record)
            }
            plan.expect(sighting.uid, isOurs: sighting.isOurs, mayForce: reach.mayForce(object.id))
            plan.before = sighting.resourceVersion
        }
        return try await write(plan, object, address)
    }

    /// Makes what is not there as far as anybody knows, and only makes it; `nil` where it has to be looked at first.
    private func create(
        _ plan: ApplyPlan, _ object: DesiredObject, _ address: ObjectAddress
    ) async throws(KubernetesError) -> ObjectAnswer? {
        if ApplyOrder.takesNoVersion(object.id) {
            // One list of all names says as much as a look at each.
            let names = Query(address.collection, form: .metadata)
            let isTaken = await target.taken.holds(object.id.name, in: names, reach)
            return isTaken == false ? try await write(plan, object, address) : nil
        }
        do throws(KubernetesError) { return try await write(plan.onlyCreating, object, address) } catch {
            guard error.code == .conflict || error.code == .alreadyExists else { throw error }
            desk.failed(object.id)
            return nil
        }
    }

    /// A kind may be so new that the server does not serve it yet.
    private func address(of object: DesiredObject) async throws(KubernetesError) -> ObjectAddress {
        for attempt in 0... {
            do throws(KubernetesError) {
                return try await reach.address(of: object)
            } catch {
                guard error.code == .unknownKind, attempt < 50, DefinedKinds(context).isNamespaced(object.id) != nil
                else { throw error }
                try? await Task.sleep(for: .milliseconds(200))
                if Task.isCancelled { throw error }
            }
        }
        throw KubernetesError(.unknownKind, subject: Text("\(object.id)"), message: "the server does not serve it")
    }

    private func find(_ address: ObjectAddress) async throws(KubernetesError) -> Value? {
        do throws(KubernetesError) { return try await reach.api.get(address) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// Ignored fields keep their live values, and what others added may have to go: both need the object itself.
    private func needsLook(_ object: DesiredObject, _ known: TrackedObject?) -> Bool {
        guard known?.sighting != nil else { return false }
        return !reach.unit.driftRules.ignored(of: object.id).isEmpty
            || known?.record == nil && known?.hasAdditions == true
    }

    private func verdict(
        _ object: DesiredObject, _ body: Value, _ live: Value, _ record: ObjectRecord?
    ) -> Verdict {
        Verdict(
            Verdict.Question(
                unit: reach.unit.unit, object: object, desired: body, live: live, record: record,
                rules: reach.unit.driftRules, manager: manager, key: target.key))
    }

    private func prepare(
        _ plan: inout ApplyPlan, _ object: DesiredObject, _ address: ObjectAddress, _ live: Value, _ verdict: Verdict
    ) async throws(KubernetesError) {
        let isOurs = Claim.holder(of: live) == .unit(reach.unit.unit)
        plan.expect(live.uid ?? "", isOurs: isOurs, mayForce: reach.mayForce(object.id))
        plan.before = live.resourceVersion ?? ""
        let ignored = reach.unit.driftRules.ignored(of: object.id)
        if !ignored.isEmpty {
            if let handover = plan.leave(ignored, live: live, manager: manager) {
                _ = try await reach.api.apply(
                    handover, at: address, WriteOptions(manager: "\(manager)-handover", force: true))
            }
        }
        guard case .differs(let difference) = verdict.standing else { return }
        let unwanted = difference.additions.filter { $0.isDangerous || reach.unit.driftRules.additions == .remove }
        if !unwanted.isEmpty {
            let patch = Patch.json(Removals.operations(unwanted.map(\.path), in: live))
            let answer = try await reach.api.patch(address, with: patch, WriteOptions(manager: manager))
            plan.before = live.resourceVersion ?? ""
            plan.hasChanged = answer.object.resourceVersion != live.resourceVersion
        }
    }

    private func write(
        _ plan: ApplyPlan, _ object: DesiredObject, _ address: ObjectAddress
    ) async throws(KubernetesError) -> ObjectAnswer {
        desk.begin(
            object.id, unit: reach.unit.unit, watchedBy: reach.feed(of: object, at: address), api: reach.api)
        CrashPoint.reached("kubernetes-before-apply")
        let answer: WriteAnswer
        do throws(KubernetesError) {
            answer = try await reach.api.apply(
                plan.body, at: address, WriteOptions(manager: manager, force: plan.force))
        } catch {
            let uid = try Refused(error, object: object.id).replaced(by: plan, reach)
            answer = try await replace(plan, uid, object, address)
        }
        CrashPoint.reached("kubernetes-after-apply")
        var record = ObjectRecord(of: answer.object, desired: object.digest, manager: manager, key: target.key)
        // Nobody else has put anything into what was not there.
        let after = plan.uid == nil ? nil : verdict(object, plan.body, answer.object, record)
        record.isExtended = after?.isExtended ?? false
        desk.applied(answer.object, object.id, unit: reach.unit.unit, record: record, extended: after?.extended)
        let isChanged = plan.hasChanged || plan.before != record.resourceVersion
        return ObjectAnswer(isChanged ? .done : .unchanged, uid: record.uid, record: record)
    }

    /// Makes an object anew whose change the server forbids.
    private func replace(
        _ plan: ApplyPlan, _ uid: Text, _ object: DesiredObject, _ address: ObjectAddress
    ) async throws(KubernetesError) -> WriteAnswer {
        CrashPoint.reached("kubernetes-before-replace")
        _ = try await reach.api.delete(address, DeleteOptions(uid: uid, propagation: .foreground))
        CrashPoint.reached("kubernetes-replace-deleting")
        for _ in 0..<300 {
            guard let live = try await find(address), live.uid == uid else { break }
            try? await Task.sleep(for: .milliseconds(200))
            if Task.isCancelled { break }
        }
        CrashPoint.reached("kubernetes-replace-deleted")
        return try await reach.api.apply(plan.withoutUID.body, at: address, WriteOptions(manager: manager))
    }
}
