// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Algorithms
import Fleet
import Model

/// The units that follow the same. Found by halving: a table of them would be larger than they are.
struct FollowedUnits: Sendable {
    let following: Following
    /// Ordered by unit, each once.
    let specs: [UnitSpec]

    /// Of all that there are, in the order of what is followed.
    ///
    /// - Parameter specs: ordered by unit.
    static func groups(of specs: [UnitSpec]) -> [FollowedUnits] {
        Dictionary(grouping: specs, by: Following.init).map { following, specs in
            var once: [UnitSpec] = []
            once.reserveCapacity(specs.count)
            for spec in specs where once.last?.unit != spec.unit { once.append(spec) }
            return FollowedUnits(following: following, specs: once)
        }
        .sorted { $0.following.order < $1.following.order }
    }

    subscript(unit: UnitID) -> UnitSpec? {
        let index = specs.partitioningIndex { $0.unit >= unit }
        return index < specs.count && specs[index].unit == unit ? specs[index] : nil
    }
}
