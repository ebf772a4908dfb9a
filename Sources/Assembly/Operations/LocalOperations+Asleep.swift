// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model

extension LocalOperations {
    /// Units that only the journal knows, because their declaration was broken already when this process began: nobody
    /// touches them, and they are not forgotten.
    func asleep(_ disabled: [UnitID: Text]) async -> [UnitSnapshot] {
        if disabled.isEmpty { return [] }
        let records = await engine.knownRecords()
        let awake = Set(await engine.snapshots().map(\.managed.unit))
        return disabled.compactMap { unit, reason in
            guard !awake.contains(unit), let record = records[unit],
                let project = ProjectName(record.testament.project)
            else { return nil }
            let context = UnitContext(unit: unit, project: project, limits: .nothing)
            return UnitSnapshot(
                managed: ManagedUnit(context: context, policy: SyncPolicy(), newest: record.applied?.version),
                record: record, state: .blocked, reason: "its declaration is broken")
        }
    }
}
