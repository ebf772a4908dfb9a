// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Names for tests: the fleet is `acme`. Text that is no name becomes `x`.
package func unit(_ application: String, on target: String = "host") -> UnitID {
    UnitID(fleet: name("acme"), application: name(application), target: name(target))
}

package func name<Noun>(_ text: String) -> Name<Noun> {
    guard let name = Name<Noun>(Text(text)) ?? Name<Noun>("x") else {
        preconditionFailure("x is a name")
    }
    return name
}

package func object(_ name: Text, kind: Text = "File") -> ObjectID {
    ObjectID(group: "host.trimtab.dev", kind: kind, name: name)
}

/// A generator with a seed, so that a failing walk can be walked again.
package struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
