// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A person agreed to exactly this plan. The actor is who it was.
package struct Approved: Payload {
    package static let kind = EventKind.approved
    package var plan: Digest
    /// The groups that they were in then.
    package var groups: [Text]
    /// Whether it stands for all approvals that are missing: somebody took it upon themselves.
    package var isBreakGlass: Bool
    package var reason: Text

    package init(plan: Digest, groups: [Text], isBreakGlass: Bool = false, reason: Text) {
        self.plan = plan
        self.groups = groups
        self.isBreakGlass = isBreakGlass
        self.reason = reason
    }

    package var value: Value {
        .fields([
            "plan": Value(plan), "groups": groups.isEmpty ? nil : .array(groups.map(Value.string)),
            "breakGlass": isBreakGlass ? true : nil, "reason": reason.isEmpty ? nil : Value(reason),
        ])
    }

    package init?(_ value: Value) {
        guard let plan = value["plan"]?.digestValue else { return nil }
        self.init(
            plan: plan, groups: value["groups"]?.textsValue ?? [], isBreakGlass: value["breakGlass"] == true,
            reason: value["reason"]?.stringValue ?? "")
    }
}

/// A person does not want exactly this plan.
package struct Rejected: Payload {
    package static let kind = EventKind.rejected
    package var plan: Digest
    package var reason: Text

    package init(plan: Digest, reason: Text) {
        self.plan = plan
        self.reason = reason
    }

    package var value: Value {
        .fields(["plan": Value(plan), "reason": reason.isEmpty ? nil : Value(reason)])
    }

    package init?(_ value: Value) {
        guard let plan = value["plan"]?.digestValue else { return nil }
        self.init(plan: plan, reason: value["reason"]?.stringValue ?? "")
    }
}
