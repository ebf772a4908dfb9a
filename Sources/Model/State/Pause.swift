// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A pause, which always ends.
package struct Pause: Sendable, Hashable {
    package var until: Time
    package var actor: Actor
    package var reason: Text

    package init(until: Time, actor: Actor, reason: Text) {
        self.until = until
        self.actor = actor
        self.reason = reason
    }
}
