// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import KubernetesClient
import Manifest
package import Model
import Synchronization

extension KubernetesTarget {
    package func store(_ inventory: Inventory, of unit: UnitContext) async throws(TargetError) {
        let reach = try reach(for: unit)
        do throws(KubernetesError) {
            if inventory.entries.isEmpty { return try await releaseAll(of: reach) }
            let now = clocks.monotonic()
            let (stored, verified) = books.state.withLock { ($0.stored[unit.unit], $0.verified[unit.unit]) }
            if stored == inventory, let verified, now.duration(since: verified) < InventoryBooks.trust { return }
            // What this process has not written may lie there already, and is not written again.
            let mayBeThere = stored == nil || stored == inventory
            var isStored = false
            if mayBeThere { isStored = try await readInventory(of: reach) == inventory }
            if isStored {
                books.state.withLock { $0.stored[unit.unit] = inventory }
            } else {
                try await write(inventory, of: reach)
            }
            books.state.withLock { $0.verified[unit.unit] = now }
        } catch {
            throw TargetError(error)
        }
    }

    package func storedInventory(of unit: UnitContext) async throws(TargetError) -> Inventory? {
        let reach = try reach(for: unit)
        do throws(KubernetesError) { return try await readInventory(of: reach) } catch { throw TargetError(error) }
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

    private func write(_ inventory: Inventory, of reach: Reach) async throws(KubernetesError) {
        let unit = reach.unit.unit
        let home = try home(reach)
        let parts = InventoryBooks.parts(of: inventory)
        for (index, part) in parts.enumerated() {
            let manifest = InventoryBooks.manifest(of: unit, part: index, part, in: home)
            do throws(KubernetesError) {
                _ = try await reach.api.apply(
                    manifest, at: InventoryBooks.address(of: unit, part: index, in: home),
                    WriteOptions(manager: Self.manager, force: true))
            } catch {
                // There is nothing yet in a namespace that is not there.
                guard error.code == .notFound, isMaking(home, inventory) else { throw error }
                books.state.withLock { $0.owed[unit] = inventory }
                return
            }
        }
        let before = books.state.withLock { $0.stored[unit] }.map { InventoryBooks.parts(of: $0).count } ?? parts.count
        for index in parts.count..<max(parts.count, before) { try await delete(part: index, of: reach) }
        books.state.withLock { state in
            state.stored[unit] = inventory
            state.owed[unit] = nil
        }
    }

    private func isMaking(_ namespace: Text, _ inventory: Inventory) -> Bool {
        inventory.entries[ObjectID(group: "", kind: "Namespace", name: namespace)] != nil
    }

    private func readInventory(of reach: Reach) async throws(KubernetesError) -> Inventory? {
        var parts: [Text] = []
        for index in 0..<1000 {
            let address = InventoryBooks.address(of: reach.unit.unit, part: index, in: try home(reach))
            do throws(KubernetesError) {
                let live = try await reach.api.get(address)
                parts.append(live["data"]?["objects"]?.stringValue ?? "")
                guard (parts.last?.utf8.count ?? 0) > InventoryBooks.partLimit else { break }
            } catch {
                guard error.code == .notFound else { throw error }
                break
            }
        }
        return parts.isEmpty ? nil : InventoryBooks.read(parts)
    }

    /// Nothing is the unit's any more: its marks come off, then the inventory goes.
    private func releaseAll(of reach: Reach) async throws(KubernetesError) {
        let unit = reach.unit.unit
        let stored = try await readInventory(of: reach)
        let remover = Remover(target: self, reach: reach)
        let changes = (stored?.entries ?? [:]).map { id, entry in
            Change(object: id, uid: entry.uid, action: .orphan, wave: entry.wave)
        }
        let answers = await Parallel.map(changes, width: width) { await remover.release($0) }
        for (change, answer) in zip(changes, answers) {
            guard case .failed(let reason) = answer.result else { continue }
            throw KubernetesError(.serverError, subject: Text("\(change.object)"), message: reason)
        }
        if let stored {
            for index in InventoryBooks.parts(of: stored).indices { try await delete(part: index, of: reach) }
        }
        books.state.withLock { state in
            state.stored[unit] = nil
            state.verified[unit] = nil
            state.owed[unit] = nil
        }
    }

    private func delete(part: Int, of reach: Reach) async throws(KubernetesError) {
        let address = InventoryBooks.address(of: reach.unit.unit, part: part, in: try home(reach))
        do throws(KubernetesError) { _ = try await reach.api.delete(address, DeleteOptions()) } catch {
            guard error.code == .notFound else { throw error }
        }
    }
}
