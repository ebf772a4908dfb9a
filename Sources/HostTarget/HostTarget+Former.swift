// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model

/// Places that objects have left: they are emptied once their object has its new one, in whatever wave that is.
extension HostTarget {
    /// What can be emptied now. Never what an object stands for or is to stand for: Git may have gone back to it.
    func leftPlaces(
        _ plan: WavePlan, _ order: WaveOrder, _ bench: Workbench, _ originals: Originals
    ) async throws(TargetError) -> [PathRemoval] {
        guard !plan.ledger.former.isEmpty else { return [] }
        let going = Set((plan.removals + plan.folderRemovals).compactMap(\.id))
        let held = Set(plan.ledger.entries.filter { !going.contains($0.key) }.values.compactMap(\.path))
            .union(Neighbours(order.context).paths)
        let written = Set(
            order.items.filter { [.create, .update].contains($0.change.action) }.map(\.change.object))
        return try await lanes.run {
            plan.ledger.former.filter { former in
                let places = [former.entry.path, HostPath(former.entry.uid)].compactMap(\.self)
                guard held.isDisjoint(with: places) else { return false }
                // Another unit may stand there by now.
                let claimed = [former.entry.uid, former.entry.real].compactMap(\.self)
                guard bench.book.claimant(of: claimed, otherThan: bench.unit) == nil else { return false }
                if let result = plan.results[former.object], result.isFailure { return false }
                return going.contains(former.object) || written.contains(former.object)
                    || Self.hasMoved(former.object, plan.ledger, bench, originals)
            }.map { former in
                PathRemoval(id: nil, entry: former.entry, kind: former.object.kind, originals: originals)
            }
        }
    }

    /// Whether an object that this wave does not name is gone, or stands at its new place: the process may have ended
    /// between that and this.
    private static func hasMoved(
        _ id: ObjectID, _ ledger: UnitLedger, _ bench: Workbench, _ originals: Originals
    ) -> Bool {
        guard let entry = ledger.entries[id] else { return true }
        guard entry.isWritten, let path = entry.path, let parent = path.parent,
            let folder = (try? bench.reach.open(parent)) ?? nil,
            let live = (try? folder.metadata(of: path.name)) ?? nil
        else { return false }
        // The record comes before the write: what stood there before may still do.
        return (try? originals.holds(live, path.name, in: folder)) == false
    }
}
