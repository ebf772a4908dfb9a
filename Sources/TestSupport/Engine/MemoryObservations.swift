// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
package import Manifest
package import Model
import Synchronization

/// The in-memory twin of an observation store.
package final class MemoryObservations: ObservationStore {
    private let state = Mutex<[UnitID: [ObjectID: [UInt8]]]>([:])
    private let memories = Mutex<[UnitID: [Int: [UInt8]]]>([:])
    private let count = Mutex(0)

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

    /// How often something was kept for a unit as a whole.
    package var memoriesKept: Int { count.withLock { $0 } }

    package func memory(of unit: UnitID, part: Int) async throws -> [UInt8]? {
        memories.withLock { $0[unit]?[part] }
    }

    package func keep(_ parts: [[UInt8]], of unit: UnitID) async throws {
        memories.withLock { $0[unit] = Dictionary(uniqueKeysWithValues: parts.enumerated().map { ($0, $1) }) }
        count.withLock { $0 += 1 }
    }

    package func keep(_ memory: [UInt8], asPart part: Int, of unit: UnitID) async throws {
        memories.withLock { $0[unit, default: [:]][part] = memory }
        count.withLock { $0 += 1 }
    }
}
