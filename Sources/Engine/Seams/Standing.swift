// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// What a driver can tell of content by itself, without being given its objects again.
package enum Standing: Sendable, Hashable {
    /// Nothing, now or later: it keeps no list of what it was asked to remember.
    case untold
    /// Nothing yet, or not any more: what it remembers is of other content, or was remembered under other rules.
    case unknown
    /// All of it was looked at.
    case known(Roll)

    /// Everything that content declares, by name.
    package struct Roll: Sendable, Hashable {
        /// Each once.
        package var objects: [ObjectID]
        /// Those that are not known to stand as desired, and have to be compared. All others do, and are well.
        package var doubtful: Set<ObjectID>

        package init(objects: [ObjectID], doubtful: Set<ObjectID>) {
            self.objects = objects
            self.doubtful = doubtful
        }
    }
}

extension Standing {
    /// The objects to compare, if all that was applied is on the roll and nothing else: then nothing is to be deleted
    /// or taken over either. `nil` when only a look at the whole content can tell.
    func doubtful(asIn inventory: Inventory) -> Set<ObjectID>? {
        guard case .known(let roll) = self, roll.objects.count == inventory.entries.count,
            roll.objects.allSatisfy({ inventory.entries[$0] != nil })
        else { return nil }
        return roll.doubtful
    }
}
