// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import KubernetesClient
import Manifest
package import Model

extension KubernetesTarget {
    /// Has the server go through each apply without storing it: its schema, its webhooks and its authorizer speak.
    package func rehearse(
        _ objects: [DesiredObject], within context: [DesiredObject], of unit: UnitContext
    ) async throws(TargetError) -> [Refusal] {
        let reach = try reach(for: unit)
        let coming = DefinedKinds(context)
        return await Parallel.map(objects, width: width) { [self] object -> Refusal? in
            do throws(KubernetesError) {
                return try await rehearse(object, reach).map { Refusal(object: object.id, reason: $0) }
            } catch {
                let id = object.id
                let isComing =
                    error.code == .unknownKind && coming.isNamespaced(id) != nil
                    || error.code == .notFound
                        && context.contains { $0.id.kind == "Namespace" && $0.id.name == id.namespace }
                let words: Text =
                    isComing
                    ? "is created, and not validated by the server before" : Refused(error, object: id).words
                return Refusal(object: id, reason: words)
            }
        }.compactMap(\.self)
    }

    /// What people should know of a write that will go through; `nil` where nothing.
    private func rehearse(_ object: DesiredObject, _ reach: Reach) async throws(KubernetesError) -> Text? {
        let address = try await reach.address(of: object)
        var plan = ApplyPlan(body: reach.body(of: object, at: address))
        if let sighting = desk.sighting(of: object.id) { plan.expect(sighting.uid, isOurs: sighting.isOurs) }
        do throws(KubernetesError) {
            _ = try await reach.api.apply(
                plan.body, at: address, WriteOptions(manager: Self.manager, force: plan.force, isDryRun: true))
        } catch {
            let refused = Refused(error, object: object.id)
            if reach.mayForce(object.id), let holder = refused.holder {
                return "takes \(holder.fields) from \(holder.manager), as the project allows"
            }
            // The object is made anew, then.
            _ = try refused.replaced(by: plan, reach)
        }
        return nil
    }
}
