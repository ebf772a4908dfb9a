// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import KubernetesClient
import Manifest
package import Model
import Synchronization

extension KubernetesTarget {
    package func store(_ inventory: Inventory, of unit: UnitContext) async throws(TargetError) {
        let reach = try reach(for: unit)
        do throws(KubernetesError) {
            if inventory.entries.isEmpty { return try await releaseAll(inventory, of: reach) }
            let now = clocks.monotonic()
            let (stored, verified) = books.state.withLock { ($0.stored[unit.unit], $0.verified[unit.unit]) }
            let isStoredHere = stored?.stands(for: inventory) ?? false
            if isStoredHere, let verified, now.duration(since: verified) < InventoryBooks.trust {
                let isThere = await holds(unit.unit, in: try home(reach), reach, orWrittenAfter: verified)
                if isThere ?? true { return }
            }
            // What this process has not written may lie there already, and is not written again.
            var found: StoredClaim?
            if stored == nil || isStoredHere {
                found = try await readInventory(of: reach, asking: stored != nil).map {
                    StoredClaim(of: $0.inventory, parts: $0.parts)
                }
            }
            let hasStrayed = books.state.withLock { $0.strayed[unit.unit] != nil }
            if let found, found.stands(for: inventory), !hasStrayed {
                books.state.withLock { $0.stored[unit.unit] = found }
            } else {
                try await write(inventory, of: reach, isNew: stored == nil && found == nil)
            }
            books.state.withLock { $0.verified[unit.unit] = now }
        } catch {
            throw TargetError(error)
        }
    }

    package func release(_ inventory: Inventory, of unit: UnitContext) async throws(TargetError) {
        let reach = try reach(for: unit)
        do throws(KubernetesError) { try await releaseAll(inventory, of: reach) } catch { throw TargetError(error) }
    }

    package func storedInventory(of unit: UnitContext) async throws(TargetError) -> Inventory? {
        let reach = try reach(for: unit)
        do throws(KubernetesError) { return try await readInventory(of: reach, asking: true)?.inventory } catch {
            throw TargetError(error)
        }
    }

    /// Stores what could not be stored before a namespace was made.
    func storeOwedInventory(of reach: Reach) async throws(TargetError) {
        guard let owed = books.state.withLock({ $0.owed[reach.unit.unit] }) else { return }
        do throws(KubernetesError) { try await write(owed, of: reach) } catch { throw TargetError(error) }
    }

    private func home(_ reach: Reach) throws(KubernetesError) -> Text {
        guard let home = reach.home else {
            throw KubernetesError(
                .configuration, subject: Text("the inventory of \(reach.unit.unit)"),
                message: "the project names no namespace to keep it in", wasNotSent: true)
        }
        return home
    }

    /// - Parameter isNew: whether none was found of the unit.
    private func write(
        _ inventory: Inventory, of reach: Reach, isNew: Bool = false
    ) async throws(KubernetesError) {
        let unit = reach.unit.unit
        let home = try home(reach)
        let parts = InventoryBooks.parts(of: inventory)
        for (index, part) in parts.enumerated() {
            let manifest = InventoryBooks.manifest(of: unit, part: index, part, in: home)
            let address = InventoryBooks.address(of: unit, part: index, in: home)
            CrashPoint.reached("kubernetes-before-inventory")
            do throws(KubernetesError) {
                if isNew, try await make(manifest, at: address, reach) { continue }
                _ = try await reach.api.apply(
                    manifest, at: address, WriteOptions(manager: Self.manager, force: true))
            } catch {
                // There is nothing yet in a namespace that is not there.
                guard error.code == .notFound, isMaking(home, inventory) else { throw error }
                books.state.withLock { $0.owed[unit] = inventory }
                return
            }
        }
        CrashPoint.reached("kubernetes-after-inventory")
        let before = books.state.withLock { $0.stored[unit]?.parts } ?? parts.count
        for index in parts.count..<max(parts.count, before) { try await delete(part: index, in: home, of: reach) }
        try await removeStrayed(of: reach)
        books.state.withLock { state in
            state.stored[unit] = StoredClaim(of: inventory, parts: parts.count)
            state.owed[unit] = nil
        }
    }

    /// A server reads what is created many times faster than what is applied, which it takes for YAML. False when
    /// something is there already, or may be: what was created cannot be created again, and can be applied again.
    private func make(
        _ manifest: Value, at address: ObjectAddress, _ reach: Reach
    ) async throws(KubernetesError) -> Bool {
        do throws(KubernetesError) {
            try await reach.api.create(manifest, at: address, WriteOptions(manager: Self.manager))
            return true
        } catch {
            switch error.code {
            case .alreadyExists, .serverError, .unavailable, .timedOut, .unreachable: return false
            default: throw error
            }
        }
    }

    /// What was found in another namespace of the project has its successor by now.
    private func removeStrayed(of reach: Reach) async throws(KubernetesError) {
        let unit = reach.unit.unit
        guard let (place, parts) = books.state.withLock({ $0.strayed[unit] }) else { return }
        for index in 0..<parts { try await delete(part: index, in: place, of: reach) }
        books.state.withLock { $0.strayed[unit] = nil }
    }

    private func isMaking(_ namespace: Text, _ inventory: Inventory) -> Bool {
        inventory.entries[ObjectID(group: "", kind: "Namespace", name: namespace)] != nil
    }

    /// The unit's inventory, in whichever of the project's namespaces it lies: the order of these may have changed.
    ///
    /// - Parameter asking: whether a list that was read for others does not do, where it says that there is one.
    private func readInventory(of reach: Reach, asking: Bool) async throws(KubernetesError) -> Found? {
        let unit = reach.unit.unit
        let home = try home(reach)
        for place in [home] + reach.limits.namespaces.filter({ $0 != "*" && $0 != home }) {
            // Where its account may not even list there is nothing of it, unless it is where it belongs.
            let mayBeThere = await holds(unit, in: place, reach) ?? (place == home)
            guard mayBeThere || asking && place == home && isKnown(unit) else { continue }
            let parts = try await parts(in: place, of: reach)
            guard !parts.isEmpty else { continue }
            books.state.withLock { $0.strayed[unit] = place == home ? nil : (place, parts.count) }
            return Found(inventory: InventoryBooks.read(parts), place: place, parts: parts.count)
        }
        return nil
    }

    /// Whether an inventory lies in a namespace, by a list of all that lie there; `nil` where it cannot be listed.
    private func holds(
        _ unit: UnitID, in namespace: Text, _ reach: Reach, orWrittenAfter written: Moment? = nil
    ) async -> Bool? {
        let inventories = Query(
            Collection(InventoryBooks.resource, namespace: namespace), labels: "\(Claim.inventory)=\(unit.fleet)",
            form: .metadata)
        return await shelf.holds(
            InventoryBooks.name(of: unit, part: 0), in: inventories, reach, orWrittenAfter: written)
    }

    /// Whether this process has written an inventory of the unit, which lists that are older do not show.
    private func isKnown(_ unit: UnitID) -> Bool { books.state.withLock { $0.stored[unit] != nil } }

    private func parts(in namespace: Text, of reach: Reach) async throws(KubernetesError) -> [Text] {
        var parts: [Text] = []
        for index in 0..<1000 {
            let address = InventoryBooks.address(of: reach.unit.unit, part: index, in: namespace)
            do throws(KubernetesError) {
                let live = try await reach.api.get(address)
                parts.append(live["data"]?["objects"]?.stringValue ?? "")
                guard (parts.last?.utf8.count ?? 0) > InventoryBooks.partLimit else { break }
            } catch {
                guard error.code == .notFound else { throw error }
                break
            }
        }
        return parts
    }

    /// Nothing is the unit's any more: its marks come off, then the inventory goes.
    ///
    /// - Parameter known: what else may bear them: somebody may have deleted the inventory.
    private func releaseAll(_ known: Inventory, of reach: Reach) async throws(KubernetesError) {
        let unit = reach.unit.unit
        let stored = try await readInventory(of: reach, asking: true)
        let remover = Remover(target: self, reach: reach)
        var marked = known
        for (id, entry) in stored?.inventory.entries ?? [:] { marked.entries[id] = entry }
        let changes = marked.entries.map { id, entry in
            Change(object: id, uid: entry.uid, action: .orphan, wave: entry.wave)
        }
        let answers = await Parallel.map(changes, width: width) { await remover.release($0) }
        for (change, answer) in zip(changes, answers) {
            guard case .failed(let reason) = answer.result else { continue }
            throw KubernetesError(.serverError, subject: Text("\(change.object)"), message: reason)
        }
        if let stored {
            for index in 0..<stored.parts { try await delete(part: index, in: stored.place, of: reach) }
        }
        books.state.withLock { state in
            state.strayed[unit] = nil
            state.stored[unit] = nil
            state.verified[unit] = nil
            state.owed[unit] = nil
        }
    }

    /// An inventory as it was found.
    private struct Found {
        var inventory: Inventory
        /// The namespace.
        var place: Text
        var parts: Int
    }

    private func delete(part: Int, in namespace: Text, of reach: Reach) async throws(KubernetesError) {
        let address = InventoryBooks.address(of: reach.unit.unit, part: part, in: namespace)
        do throws(KubernetesError) { _ = try await reach.api.delete(address, DeleteOptions()) } catch {
            guard error.code == .notFound else { throw error }
        }
    }
}
