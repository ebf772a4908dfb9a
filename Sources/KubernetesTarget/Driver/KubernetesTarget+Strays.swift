// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
package import Fleet
import KubernetesClient
import Manifest
package import Model

extension KubernetesTarget {
    /// By the inventories in the namespaces of a project: the metadata of a few ConfigMaps. A namespace that the project's
    /// account may not list holds none that it could use.
    package func inventoriedUnits(
        of fleet: FleetName, within limits: Grant
    ) async throws(TargetError) -> Set<UnitID> {
        guard let limits = limits.kubernetes, let user = limits.identity.userName else { return [] }
        let api = cluster.acting(as: Impersonation(user: user))
        var units: Set<UnitID> = []
        for namespace in limits.namespaces where namespace != "*" {
            let query = Query(
                Collection(InventoryBooks.resource, namespace: namespace), labels: "\(Claim.inventory)=\(fleet)",
                form: .metadata)
            do throws(KubernetesError) {
                _ = try await api.list(query) { (map) async throws(KubernetesError) in
                    let unit = map.annotation(Claim.inventory).flatMap(UnitID.init(parsing:))
                    if let unit, unit.fleet == fleet { units.insert(unit) }
                }
            } catch {
                guard error.code == .forbidden || error.code == .notFound else { throw TargetError(error) }
            }
        }
        return units
    }
}
