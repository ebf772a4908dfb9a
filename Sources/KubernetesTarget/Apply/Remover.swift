// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model

/// Takes away what is ours, and nothing else: an object is read before, and deleted only as the one that was read.
struct Remover: Sendable {
    let target: KubernetesTarget
    let reach: Reach
    /// The UIDs of what the unit declares.
    var declared: Set<Text> = []

    private var unit: UnitID { reach.unit.unit }

    func remove(_ change: Change) async -> ObjectAnswer {
        do throws(KubernetesError) {
            let address = try await reach.address(of: change.object)
            guard let live = try await find(address) else { return gone(change) }
            let uid = live.uid ?? ""
            // Another of the same name, or somebody else's by now, is none of ours.
            guard change.uid.isEmpty || change.uid == uid, Claim.holder(of: live) == .unit(unit) else {
                return gone(change)
            }
            // Whose UID was never answered may be what is declared under another group or namespace by now.
            if declared.contains(uid) { return gone(change) }
            if let reason = refusal(of: change.object, address) { return ObjectAnswer(.failed(reason: reason)) }
            if live.annotation(Claim.prune) == "never" { return try await release(live, address, change) }
            if change.object.kind == "Namespace",
                let reason = try await NamespaceContents(reach: reach).refusal(change.object.name)
            {
                return ObjectAnswer(.failed(reason: reason))
            }
            if live.isTerminating { return gone(change, result: .done) }
            CrashPoint.reached("kubernetes-before-delete")
            _ = try await reach.api.delete(address, DeleteOptions(uid: uid))
            CrashPoint.reached("kubernetes-after-delete")
            return gone(change, result: .done)
        } catch {
            if error.code == .notFound { return gone(change) }
            // A kind that is served no more has no objects.
            if error.code == .unknownKind { return gone(change) }
            return .failed(error)
        }
    }

    /// Takes our marks off and leaves the rest as it is. What is declared under another group by now is the same object,
    /// and keeps them.
    func release(_ change: Change) async -> ObjectAnswer {
        if declared.contains(change.uid) { return gone(change, result: .done) }
        do throws(KubernetesError) {
            let address = try await reach.address(of: change.object)
            guard let live = try await find(address), Claim.holder(of: live) == .unit(unit) else {
                return gone(change, result: .done)
            }
            return try await release(live, address, change)
        } catch {
            return error.code == .unknownKind ? gone(change, result: .done) : .failed(error)
        }
    }

    private func release(
        _ live: Value, _ address: ObjectAddress, _ change: Change
    ) async throws(KubernetesError) -> ObjectAnswer {
        let patch = Patch.merge(Claim.release(live, manager: KubernetesTarget.manager))
        _ = try await reach.api.patch(address, with: patch, WriteOptions(manager: KubernetesTarget.manager))
        return gone(change, result: .done)
    }

    /// The limits as they are now hold for deleting, too.
    private func refusal(of id: ObjectID, _ address: ObjectAddress) -> Text? {
        var id = id
        id.namespace = address.namespace
        return reach.limits.refusal(of: id, isNamespaced: address.resource.isNamespaced).map { Text($0) }
    }

    private func find(_ address: ObjectAddress) async throws(KubernetesError) -> Value? {
        do throws(KubernetesError) { return try await reach.api.get(address) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    private func gone(_ change: Change, result: Outcome.Result = .unchanged) -> ObjectAnswer {
        target.desk.forget(change.object)
        return ObjectAnswer(result, uid: change.uid, record: .some(nil))
    }
}
