// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What came of one change.
package struct Outcome: Sendable, Hashable {
    package enum Result: Sendable, Hashable {
        case done
        /// Nothing had to be done after all.
        case unchanged
        case failed(reason: Text)
        /// Not tried, because something that it needs failed.
        case skipped(reason: Text)
    }

    package var object: ObjectID
    /// As in ``Inventory/Entry/uid``.
    package var uid: Text
    package var action: Change.Action
    package var result: Result

    package init(object: ObjectID, uid: Text = "", action: Change.Action, result: Result) {
        self.object = object
        self.uid = uid
        self.action = action
        self.result = result
    }
}
