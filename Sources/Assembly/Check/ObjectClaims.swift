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

    /// Gives who was there first, and where; `nil` when nobody was.
    mutating func claim(
        _ object: CheckedObject, _ declaration: HostDeclaration, on host: Target.Place, by unit: UnitID
    ) -> (place: Text, first: Claim)? {
        var taken: (Text, Claim)?
        for name in [declaration.place] + declaration.files {
            let place = Place(host: host, name: name)
            if let first = claims[place] {
                taken = taken ?? (name, first)
            } else {
                claims[place] = Claim(unit: unit, object: object)
            }
        }
        return taken
    }
}
