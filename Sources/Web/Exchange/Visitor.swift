// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Who looks at the pages, as whoever let them in vouches.
package struct Visitor: Sendable {
    package var actor: Actor
    /// Goes into every form, and comes back with it.
    package var formToken: Text
    /// What is offered; what is asked for all the same is refused before a page hears of it.
    package var may: @Sendable (PagePermission) -> Bool

    package init(_ actor: Actor, formToken: Text = "", may: @escaping @Sendable (PagePermission) -> Bool) {
        self.actor = actor
        self.formToken = formToken
        self.may = may
    }
}
