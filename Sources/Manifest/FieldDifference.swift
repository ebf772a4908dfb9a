// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// One field that two values do not agree on.
package struct FieldDifference: Sendable, Hashable {
    package var path: FieldPath
    /// `nil`: the field is absent on that side.
    package var old: Value?
    package var new: Value?

    package init(path: FieldPath, old: Value?, new: Value?) {
        self.path = path
        self.old = old
        self.new = new
    }
}
