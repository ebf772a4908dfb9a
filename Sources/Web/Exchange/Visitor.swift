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
    /// Who can tell what is allowed on single units; `nil` where ``verbs`` are all that is known.
    private var judge: AuthorizedOperations?

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
                // Acts on the fleet as a whole, whatever page offers them.
                if verb == .admin || verb == .accept || verb == .audit && unit == nil {
                    await operations.may(verb)
                } else if let unit {
                    await operations.may(verb, on: unit)
                } else {
                    await operations.maySomewhere(verb)
                }
            if may { verbs.insert(verb) }
        }
        self.init(operations.principal, formToken: formToken, may: verbs)
        judge = operations
    }

    package var actor: Actor { principal.actor }

    func may(_ verb: Verb) -> Bool { verbs.contains(verb) }

    /// On a page about many units.
    func may(_ verb: Verb, on unit: UnitStatus) async -> Bool { await judge?.may(verb, on: unit) ?? may(verb) }
}
