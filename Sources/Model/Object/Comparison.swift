// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// How a live object stands to its desired one.
package enum Comparison: Sendable, Hashable {
    case same
    case absent
    /// Fields whose value differs; `cause` where the target knows who changed them.
    case differs([FieldDifference], cause: Text?)
    /// Stands as desired, though others have put something into a list or map that it declares: told, and left alone.
    case extended([FieldDifference], cause: Text?)
    /// Another unit's claim lies on the object.
    case claimed(by: UnitID)
    /// The live object cannot be compared or must not be touched, and why.
    case refused(Text)
}
