// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
package import KubernetesClient
package import Manifest
package import Model

/// The driver for a cluster. Everything is done as whom the project names; the connection's own rights are only used
/// to act as that.
package final class KubernetesTarget: TargetDriver {
    /// Who the server records as the manager of what we apply.
    package static let manager: Text = "trimtab"

    let cluster: MergingCluster
    let observations: any ObservationStore
    let clocks: Clocks
    /// What values of Secrets are hashed with. A new one per process: what was hashed with another is read again.
    let key: Secret<[UInt8]>
    let desk: Desk
    let populations = Populations()
    let books: InventoryBooks
    /// Of inventories: nobody but this process writes those of its fleet.
    let shelf: NameShelf
    /// Of objects that are about to be made.
    let taken: NameShelf
    /// Looks at trees that are under way.
    let trees = SingleFlight<UnitID, ObjectTree, TargetError>()
    /// Requests at the same time for one unit.
    let width: Int

    package init(
        cluster: any ClusterAPI, observations: any ObservationStore, clocks: Clocks = .system, width: Int = 32
    ) {
        self.cluster = MergingCluster(cluster: cluster, manager: Self.manager)
        self.observations = observations
        self.clocks = clocks
        self.width = width
        key = Secret((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        desk = Desk(manager: Self.manager, key: key, clocks: clocks)
        books = InventoryBooks()
        shelf = NameShelf(clocks: clocks, trust: .seconds(60))
        taken = NameShelf(clocks: clocks, trust: .seconds(2))
    }

    /// A server stores what comes at the same time together, and small units have little to ask for at once.
    package var runsAtOnce: Int? { 24 }

    package func uid(of object: DesiredObject) -> Text { desk.sighting(of: object.id)?.uid ?? "" }

    package func isProtected(_ object: ObjectID) -> Bool { ApplyOrder.isProtected(object) }

    package func isFoundation(_ object: ObjectID) -> Bool { ApplyOrder.isFoundation(object) }

    /// Nothing of ours is ever half done on a server.
    package func recover() async throws(TargetError) {}

    func reach(for unit: UnitContext) throws(TargetError) -> Reach {
        guard let limits = unit.limits.kubernetes else {
            throw TargetError(reason: "the project \(unit.project) allows nothing on a cluster", isTransient: false)
        }
        guard let user = limits.identity.userName else {
            throw TargetError(
                reason: "the project \(unit.project) names no identity that units may act as", isTransient: false)
        }
        // Without groups the server gives the account's own; naming them would need further rights.
        let api = cluster.acting(as: Impersonation(user: user))
        return Reach(
            shared: cluster, api: api, identity: user, limits: limits, unit: unit)
    }

    func loadRecords(of unit: UnitContext) async throws(TargetError) -> [ObjectID: ObjectRecord] {
        do {
            return try await observations.observations(of: unit.unit, only: nil)
                .compactMapValues(ObjectRecord.init(bytes:))
        } catch {
            throw TargetError(reason: "what was observed before cannot be read: \(error)", isTransient: true)
        }
    }

    func save(_ records: [ObjectID: ObjectRecord?], of unit: UnitContext) async throws(TargetError) {
        guard !records.isEmpty else { return }
        do {
            try await observations.record(records.mapValues { $0?.bytes }, of: unit.unit)
        } catch {
            throw TargetError(reason: "what was observed cannot be recorded: \(error)", isTransient: true)
        }
    }
}

extension TargetError {
    init(_ error: KubernetesError) {
        self.init(reason: Text(String(describing: error)), isTransient: error.isTransient)
    }
}
