// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Who holds one field of a live object, as the target itself records it.
package struct FieldOwners: Sendable, Hashable {
    package struct Owner: Sendable, Hashable {
        /// As the target names whoever wrote: `kubectl-edit`, `trimtab`.
        package var manager: Text
        /// Whether it declared the field, rather than only having written it.
        package var isApply: Bool
        /// When it wrote anything last, in RFC 3339; empty where the target does not say.
        package var time: Text
        /// Through which part of the object it wrote: `scale`, `status`; empty for the object itself.
        package var subresource: Text

        package init(manager: Text, isApply: Bool, time: Text = "", subresource: Text = "") {
            self.manager = manager
            self.isApply = isApply
            self.time = time
            self.subresource = subresource
        }
    }

    package var path: FieldPath
    /// The latest first; none for a field that nobody is on record for, such as a default.
    package var owners: [Owner]

    package init(path: FieldPath, owners: [Owner]) {
        self.path = path
        self.owners = owners
    }
}
