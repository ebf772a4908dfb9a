// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Where a driver keeps what it observed of each applied object (sizes, times, hashes), and what it remembers of a unit
/// as a whole. It may be lost: what is not there is observed anew.
package protocol ObservationStore: Sendable {
    /// Of all objects, or of some.
    func observations(of unit: UnitID, only ids: Set<ObjectID>?) async throws -> [ObjectID: [UInt8]]

    /// Adds and replaces; `nil` removes.
    func record(_ observations: [ObjectID: [UInt8]?], of unit: UnitID) async throws

    /// A part of what was kept for the unit, counted from 0, byte for byte. `nil` when there is none: what others could
    /// have written there is never given.
    func memory(of unit: UnitID, part: Int) async throws -> [UInt8]?

    /// Keeps these parts for the unit, and nothing that was kept for it before.
    func keep(_ parts: [[UInt8]], of unit: UnitID) async throws

    /// Keeps another content of one part.
    func keep(_ memory: [UInt8], asPart part: Int, of unit: UnitID) async throws
}
