// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A hook that a sync would run, and when.
package struct PlannedHook: Sendable, Hashable {
    package var object: ObjectID
    package var phase: Hook.Phase
    package var weight: Int

    package init(object: ObjectID, phase: Hook.Phase, weight: Int) {
        self.object = object
        self.phase = phase
        self.weight = weight
    }
}
