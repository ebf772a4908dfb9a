// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How far a plan has come that others have to agree to.
package struct ApprovalView: Sendable, Hashable {
    /// Groups whose members may approve.
    package var from: [Text]
    package var needed: Int
    package var approvers: [Actor]
    package var rejectedBy: Actor?

    package init(from: [Text], needed: Int, approvers: [Actor] = [], rejectedBy: Actor? = nil) {
        self.from = from
        self.needed = needed
        self.approvers = approvers
        self.rejectedBy = rejectedBy
    }
}

extension ApprovalView: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            from: try fields.list("from"), needed: try fields.required("needed"),
            approvers: try fields.list("approvers"), rejectedBy: try fields.optional("rejectedBy"))
    }

    package var wire: Value {
        .fields([
            "from": from.wire, "needed": needed.wire, "approvers": approvers.wireUnlessEmpty,
            "rejectedBy": rejectedBy?.wire,
        ])
    }
}
