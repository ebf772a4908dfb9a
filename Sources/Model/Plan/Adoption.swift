// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What taking over one object from those who applied it before came to, or would come to.
package struct Adoption: Sendable, Hashable {
    package var object: ObjectID
    /// Whose fields became the unit's.
    package var managers: [Text]
    /// Fields of theirs that Git does not name: the next sync takes them out.
    package var leftover: [FieldPath]
    /// Why it was not taken over; empty when it was.
    package var refusal: Text

    package init(object: ObjectID, managers: [Text] = [], leftover: [FieldPath] = [], refusal: Text = "") {
        self.object = object
        self.managers = managers
        self.leftover = leftover
        self.refusal = refusal
    }
}
