// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// What is kept of a token.
package struct TokenRecord: Sendable, Hashable {
    package var view: TokenView
    package var digest: Digest
    /// Good for one sign-in in a browser, and for nothing else.
    package var isForOneSignIn: Bool

    package init(view: TokenView, digest: Digest, isForOneSignIn: Bool = false) {
        self.view = view
        self.digest = digest
        self.isForOneSignIn = isForOneSignIn
    }

    package var name: TokenName { view.name }
    package var principal: Principal { .token(view.name, scope: view.scope) }
}

extension TokenRecord: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            view: try TokenView(wire: wire), digest: try fields.required("digest"),
            isForOneSignIn: try fields.optional("forOneSignIn") ?? false)
    }

    package var wire: Value {
        var object = view.wire.objectValue ?? Object()
        object["digest"] = digest.wire
        if isForOneSignIn { object["forOneSignIn"] = true }
        return .object(object)
    }
}
