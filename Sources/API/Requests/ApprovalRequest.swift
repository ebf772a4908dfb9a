// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What somebody says of a plan.
package struct ApprovalRequest: Sendable, Hashable {
    package var unit: UnitID
    package var plan: Digest
    /// Whether to do without the approvals that are missing.
    package var isBreakGlass: Bool
    package var reason: Text

    package init(unit: UnitID, plan: Digest, isBreakGlass: Bool = false, reason: Text) {
        self.unit = unit
        self.plan = plan
        self.isBreakGlass = isBreakGlass
        self.reason = reason
    }
}

extension ApprovalRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), plan: try fields.required("plan"),
            isBreakGlass: try fields.optional("breakGlass") ?? false, reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields([
            "unit": unit.wire, "plan": plan.wire, "breakGlass": isBreakGlass ? true : nil,
            "reason": reason.wireUnlessEmpty,
        ])
    }
}
