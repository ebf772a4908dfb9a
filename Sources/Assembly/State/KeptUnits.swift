// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import Synchronization

/// The units of which a cache may hold something, so that those that are new are not looked for in it.
final class KeptUnits: Sendable {
    /// `nil` when nobody knows, so that it may be any.
    private let units = Mutex<Set<UnitID>?>([])

    func note(_ unit: UnitID) { units.withLock { _ = $0?.insert(unit) } }
    func noteUnknown() { units.withLock { $0 = nil } }
    func holds(_ unit: UnitID) -> Bool { units.withLock { $0?.contains(unit) ?? true } }
}
