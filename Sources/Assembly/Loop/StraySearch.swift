// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// Which targets are still to be asked for units that the journal does not know: those of which it knew nothing when they
/// were served first. Pure.
struct StraySearch: Sendable {
    private var met: Set<TargetName> = []
    private var open: Set<TargetName> = []

    /// - Parameter isKnown: whether the journal knows a unit there. What it learns later says nothing of what it lost.
    mutating func targets(in serving: Set<TargetName>, isKnown: (TargetName) -> Bool) -> [TargetName] {
        for target in serving.subtracting(met) {
            met.insert(target)
            if !isKnown(target) { open.insert(target) }
        }
        return open.intersection(serving).sorted { $0.text < $1.text }
    }

    /// It has answered. One that could not is asked again.
    mutating func answered(_ target: TargetName) { open.remove(target) }
}
