// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
package import Manifest
package import Model
import Synchronization

/// The in-memory twin of an observation store.
package final class MemoryObservations: ObservationStore {
    private let state = Mutex<[UnitID: [ObjectID: [UInt8]]]>([:])

    package init() {}

    package func observations(of unit: UnitID, only ids: Set<ObjectID>?) async throws -> [ObjectID: [UInt8]] {
        let all = state.withLock { $0[unit] ?? [:] }
        return ids.map { ids in all.filter { ids.contains($0.key) } } ?? all
    }

    package func record(_ observations: [ObjectID: [UInt8]?], of unit: UnitID) async throws {
        state.withLock { state in
            for (id, data) in observations { state[unit, default: [:]][id] = data }
        }
    }
}
