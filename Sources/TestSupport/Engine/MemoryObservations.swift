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

    package func observations(of unit: UnitID) async throws -> [ObjectID: [UInt8]] {
        state.withLock { $0[unit] ?? [:] }
    }

    package func record(_ observations: [ObjectID: [UInt8]?], of unit: UnitID) async throws {
        state.withLock { state in
            for (id, data) in observations { state[unit, default: [:]][id] = data }
        }
    }
}
