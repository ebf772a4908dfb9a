// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Where a driver keeps what it observed of each applied object (sizes, times, hashes). It may be lost: what is not
/// there is observed anew.
package protocol ObservationStore: Sendable {
    /// Of all objects, or of some.
    func observations(of unit: UnitID, only ids: Set<ObjectID>?) async throws -> [ObjectID: [UInt8]]

    /// Adds and replaces; `nil` removes.
    func record(_ observations: [ObjectID: [UInt8]?], of unit: UnitID) async throws
}
