// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
package import Manifest
package import Model

/// Who looks at a page, and what to offer them. What they ask for all the same is judged by the operations.
package struct Visitor: Sendable {
    package var principal: Principal
    /// Goes into every form, and comes back with it.
    package var formToken: Text
    package var verbs: Set<Verb>

    package init(_ principal: Principal, formToken: Text = "", may verbs: Set<Verb>) {
        self.principal = principal
        self.formToken = formToken
        self.verbs = verbs
    }

    /// - Parameter unit: what the page is about; `nil` for one about the fleet.
    init(_ operations: AuthorizedOperations, formToken: Text, on unit: UnitStatus?) async {
        var verbs: Set<Verb> = []
        for verb in Verb.allCases {
            let may =
                if let unit {
                    await operations.may(verb, on: unit)
                } else if verb == .audit {
                    await operations.may(verb)
                } else {
                    await operations.maySomewhere(verb)
                }
            if may { verbs.insert(verb) }
        }
        self.init(operations.principal, formToken: formToken, may: verbs)
    }

    package var actor: Actor { principal.actor }

    func may(_ verb: Verb) -> Bool { verbs.contains(verb) }
}
