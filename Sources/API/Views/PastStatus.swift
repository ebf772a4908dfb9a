// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What the journal says that ran at one moment, and who let it run.
package struct PastStatus: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var unit: UnitID
        package var past: PastUnit
        /// Who signed the source's commit, as the source's keys call them; `nil` where no signature was asked for.
        package var signer: Text?

        package init(unit: UnitID, past: PastUnit, signer: Text? = nil) {
            self.unit = unit
            self.past = past
            self.signer = signer
        }
    }

    package var time: Time
    /// When the journal began; `nil` when it is empty.
    package var begins: Time?
    /// Of what was recorded up to here, retention erased what it said; `nil` when of nothing.
    package var erasedThrough: Time?
    /// Units of which something was there, ordered.
    package var units: [Entry]

    package init(time: Time, begins: Time? = nil, erasedThrough: Time? = nil, units: [Entry] = []) {
        self.time = time
        self.begins = begins
        self.erasedThrough = erasedThrough
        self.units = units
    }

    /// What has to be known of the answer before it is believed.
    package var notices: [Text] {
        var notices: [Text] = []
        if let begins, time < begins {
            notices.append("the journal begins at \(begins): it knows nothing of what was before")
        } else if begins == nil {
            notices.append("the journal is empty")
        }
        if let erasedThrough {
            notices.append(
                """
                retention erased what events up to \(erasedThrough) said; that something was done, when and by whom \
                is kept
                """)
        }
        return notices
    }
}

/// What ran at a moment?
package struct PastRequest: Sendable, Hashable {
    package var units: UnitFilter
    package var time: Time

    package init(units: UnitFilter = .all, time: Time) {
        self.units = units
        self.time = time
    }
}
