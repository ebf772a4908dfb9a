// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import KubernetesClient
package import Manifest
package import Model

extension KubernetesTarget {
    package func adopt(
        _ objects: [DesiredObject], from managers: Set<Text>, isDry: Bool, of unit: UnitContext
    ) async throws(TargetError) -> [Adoption] {
        let reach = try reach(for: unit)
        let names = managers.isEmpty ? Handover.appliers : managers
        return await Parallel.map(objects, width: width) { [self] object -> Adoption? in
            do throws(KubernetesError) {
                return try await Written.meanwhile { () throws(KubernetesError) in
                    try await adopt(object, from: names, isDry: isDry, reach)
                }
            } catch {
                if error.code == .notFound || error.code == .unknownKind { return nil }
                return Adoption(object: object.id, refusal: Text(String(describing: error)))
            }
        }.compactMap(\.self)
    }

    /// `nil` where there is nothing to take over.
    private func adopt(
        _ object: DesiredObject, from names: Set<Text>, isDry: Bool, _ reach: Reach
    ) async throws(KubernetesError) -> Adoption? {
        let address = try await reach.address(of: object)
        let live = try await reach.api.get(address)
        switch Claim.holder(of: live) {
        case .unit(let holder) where holder != reach.unit.unit:
            return Adoption(object: object.id, refusal: "belongs to \(holder)")
        case .unreadable(let text):
            return Adoption(object: object.id, refusal: "its annotation \(Claim.unit) says \(text)")
        case .unit, .nobody: break
        }
        let handover = Handover(of: live, from: names, to: Self.manager, apiVersion: object.apiVersion)
        guard !handover.managers.isEmpty else { return nil }
        let after = handover.applied(to: live)
        let difference = LiveDifference(
            desired: reach.body(of: object, at: address), live: after,
            owned: ManagedFields(of: after).applied(by: Self.manager)?.set, managed: ManagedFields(of: after),
            manager: Self.manager, ignored: reach.unit.driftRules.ignored(of: object.id))
        let adoption = Adoption(
            object: object.id, managers: handover.managers,
            leftover: difference.values.filter { $0.new == nil }.map(\.path))
        if !isDry {
            _ = try await reach.api.patch(
                address, with: .json(handover.patch(of: live)), WriteOptions(manager: Self.manager))
            desk.failed(object.id)
        }
        return adoption
    }
}
