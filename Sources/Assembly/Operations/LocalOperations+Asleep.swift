// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Manifest
import Model

extension LocalOperations {
    /// Says of units whose declaration is broken that they stay as they are, and adds those that only the journal knows,
    /// because that was so already when this process began: nobody touches them, and they are not forgotten.
    func adding(_ disabled: [UnitID: Text], to units: [UnitStatus]) async -> [UnitStatus] {
        let awake = Set(units.map(\.unit))
        let now = clocks.wall()
        let asleep = await asleep(disabled.keys.filter { !awake.contains($0) })
        var all = (units + asleep.map { UnitStatus($0, now: now) }).sorted { $0.unit < $1.unit }
        for index in all.indices {
            guard let reason = disabled[all[index].unit] else { continue }
            all[index].problems.append(
                Problem(reason: "stays as it is, because its declaration is broken: \(reason)"))
        }
        return all
    }

    private func asleep(_ units: [UnitID]) async -> [UnitSnapshot] {
        if units.isEmpty { return [] }
        return await engine.unnamed(units).compactMap { unit, record in
            guard let project = ProjectName(record.wrappedValue.testament.project) else { return nil }
            let context = UnitContext(unit: unit, project: project, limits: .nothing)
            return UnitSnapshot(
                managed: ManagedUnit(
                    context: context, policy: SyncPolicy(), newest: record.wrappedValue.applied?.version),
                record: record, state: .blocked, reason: "its declaration is broken")
        }
    }
}
