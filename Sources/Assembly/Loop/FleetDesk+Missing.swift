// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model

/// What nobody declares any more.
extension FleetDesk {
    /// Looks for units that this fleet had and does not declare. Gives those that somebody took out of it; what is
    /// declared in a broken way is noted, and left alone.
    func missing() async -> [ManagedUnit] {
        view.disabled = [:]
        let kept = Set(groups.lazy.flatMap(\.specs).map(\.unit))
        guard let fleet = snapshot.name else { return [] }
        var removed: [ManagedUnit] = []
        var former: [UnitID: ProjectName] = [:]
        for (unit, held) in await engine.knownRecords() where !kept.contains(unit) && unit.fleet == fleet {
            let record = held.wrappedValue
            let project = ProjectName(record.testament.project) ?? managed[unit]?.context.project
            guard let project else { continue }
            former[unit] = project
            guard !record.isRemoved, !record.inventory.entries.isEmpty || record.applied != nil else { continue }
            switch snapshot.fate(of: unit, project: project) {
            case .declared: continue
            case .disabled(let reason):
                view.disabled[unit] = reason
                continue
            case .removed: guard serving.contains(unit.target) else { continue }
            }
            var policy = SyncPolicy()
            policy.onRemoval = SyncPolicy.OnRemoval(rawValue: record.testament.onRemoval.string) ?? .orphan
            // Whoever takes an application out may delete no more than its project may touch.
            let limits = managed[unit]?.context.limits ?? snapshot.limits(of: project, on: unit.target) ?? .nothing
            removed.append(
                ManagedUnit(
                    context: UnitContext(unit: unit, project: project, limits: limits), policy: policy, newest: nil))
        }
        remember(former)
        return removed + (await strays(of: fleet))
    }

    /// Units that only a target still knows: the journal was lost, and nobody declares them any more. A target that
    /// cannot be asked now is asked when the fleet changes next.
    private func strays(of fleet: FleetName) async -> [ManagedUnit] {
        let known = Set(await engine.knownRecords().lazy.filter { !$0.record.wrappedValue.isBlank }.map(\.unit.target))
        var strays: [ManagedUnit] = []
        for target in straySearch.targets(in: serving, isKnown: known.contains) {
            var limits: [ProjectName: Grant] = [:]
            for project in snapshot.projects.keys { limits[project] = snapshot.limits(of: project, on: target) }
            guard let found = try? await engine.inventoriedUnits(of: fleet, on: target, within: limits) else {
                continue
            }
            straySearch.answered(target)
            for (unit, project) in found.sorted(by: { $0.key < $1.key }) {
                guard case .removed = snapshot.fate(of: unit, project: project) else { continue }
                // Nobody can tell any more what was to become of its objects: a person says so.
                var policy = SyncPolicy()
                policy.onRemoval = .delete
                let context = UnitContext(unit: unit, project: project, limits: limits[project] ?? .nothing)
                strays.append(ManagedUnit(context: context, policy: policy, newest: nil))
            }
        }
        return strays
    }
}
