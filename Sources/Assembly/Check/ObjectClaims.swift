// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import HostTarget
import Manifest
import Model

/// Who declares what on which host.
struct ObjectClaims: Sendable {
    struct Claim: Sendable {
        var unit: UnitID
        var object: CheckedObject
    }

    private struct Place: Hashable {
        /// Two targets may be one host.
        var host: Target.Place
        var name: Text
    }

    private var claims: [Place: Claim] = [:]

    /// Gives who was there first; `nil` when nobody was.
    mutating func claim(_ object: CheckedObject, on host: Target.Place, by unit: UnitID) -> Claim? {
        let place = Place(host: host, name: object.declaration.place)
        if let first = claims[place] { return first }
        claims[place] = Claim(unit: unit, object: object)
        return nil
    }
}
