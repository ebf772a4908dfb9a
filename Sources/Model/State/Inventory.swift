// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The objects that a unit has applied: the only things it may ever delete.
package struct Inventory: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// What tells this object from another of the same name: a Kubernetes UID, the path of a host's file.
        /// Empty where the target has none.
        package var uid: Text
        /// Of the desired object as last applied; `nil` while only the intent is known.
        package var applied: Digest?
        package var wave: Int

        package init(uid: Text = "", applied: Digest?, wave: Int) {
            self.uid = uid
            self.applied = applied
            self.wave = wave
        }
    }

    package var entries: [ObjectID: Entry]

    package init(entries: [ObjectID: Entry] = [:]) { self.entries = entries }

    /// Which objects are ours, without what was applied: what a target keeps.
    package var claim: Inventory {
        Inventory(entries: entries.mapValues { Entry(uid: $0.uid, applied: nil, wave: $0.wave) })
    }
}
