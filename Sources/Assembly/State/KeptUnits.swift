// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import Synchronization

/// The units of which a cache may hold something, so that those that are new are not looked for in it.
///
/// Kept as short hashes: one that is taken for another costs a look, and its name would be held a second time.
final class KeptUnits: Sendable {
    /// `nil` when nobody knows, so that it may be any.
    private let units = Mutex<Set<UInt32>?>([])

    private static func hash(of unit: UnitID) -> UInt32 { UInt32(truncatingIfNeeded: unit.hashValue) }

    /// Gives whether certainly nothing was held of it so far.
    @discardableResult
    func note(_ unit: UnitID) -> Bool { units.withLock { $0?.insert(Self.hash(of: unit)).inserted ?? false } }
    func noteUnknown() { units.withLock { $0 = nil } }
    func holds(_ unit: UnitID) -> Bool { units.withLock { $0?.contains(Self.hash(of: unit)) ?? true } }
}
