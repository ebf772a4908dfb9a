// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest
package import Model

/// How far a plan has come that others have to agree to.
package struct ApprovalView: Sendable, Hashable {
    /// Groups whose members may approve.
    package var from: [Text]
    package var needed: Int
    /// Whether those do not count who wrote what would be applied.
    package var notAuthor: Bool
    package var approvers: [Actor]
    package var rejectedBy: Actor?

    package init(
        from: [Text], needed: Int, notAuthor: Bool = false, approvers: [Actor] = [], rejectedBy: Actor? = nil
    ) {
        self.from = from
        self.needed = needed
        self.notAuthor = notAuthor
        self.approvers = approvers
        self.rejectedBy = rejectedBy
    }

    /// Whether somebody is one of those who may approve, as the engine judges it. What they wrote is not looked at.
    package func counts(_ principal: Principal) -> Bool {
        ApprovalRule(from: from, count: needed).counts(principal.actor, in: principal.groups)
    }
}

extension ApprovalView: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            from: try fields.list("from"), needed: try fields.required("needed"),
            notAuthor: try fields.optional("notAuthor") ?? false, approvers: try fields.list("approvers"),
            rejectedBy: try fields.optional("rejectedBy"))
    }

    package var wire: Value {
        .fields([
            "from": from.wire, "needed": needed.wire, "notAuthor": notAuthor ? true : nil,
            "approvers": approvers.wireUnlessEmpty, "rejectedBy": rejectedBy?.wire,
        ])
    }
}
