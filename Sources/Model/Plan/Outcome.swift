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
    package var action: Change.Action
    package var result: Result

    package init(object: ObjectID, action: Change.Action, result: Result) {
        self.object = object
        self.action = action
        self.result = result
    }
}
